import { rmSync } from "node:fs";
import type { Report, Step } from "../../step.ts";
import { byOwnInstaller } from "./own-installer.ts";
import { binding } from "./places.ts";
import { dropStamp, readStamp, writeStamp } from "./stamp.ts";
import { verify } from "./verify.ts";
import { fromWheel } from "./wheel.ts";

/**
 * The tensor core: TensorFlow's own library under tfjs-node, by the first of two ways that works on this machine; else
 * tfjs's wasm and cpu backends, which need nothing and only compute more slowly.
 */
export const nativeCore: Step = {
  name: "tensor core",
  async run({ announce, again }): Promise<Report> {
    const stamp = again ? undefined : readStamp();
    if (stamp !== undefined)
      return { state: stamp.core === "tensorflow" ? "kept" : "without", says: stamp.says };
    const there = await verify();
    if (there.works && !again) return decide(`TensorFlow ${there.version}, found in place`);
    dropStamp();

    const reasons: string[] = [];
    for (const way of [
      { does: byOwnInstaller, says: "by tfjs-node's own installer" },
      { does: fromWheel, says: "out of the tensorflow-cpu wheel" },
    ]) {
      const trouble = await way.does(announce);
      if (trouble !== undefined) {
        reasons.push(trouble);
        continue;
      }
      const tried = await verify();
      if (tried.works) {
        const why = reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
        return decide(`TensorFlow ${tried.version} ${way.says}${why}`);
      }
      reasons.push(`${way.says} it does not work here: ${tried.why}`);
      rmSync(binding, { force: true });
    }
    const says = `wasm, slower, because ${reasons.join("; ")}. To try again: npm run setup -- --again`;
    writeStamp("wasm", says);
    return { state: "without", says };
  },
};

function decide(says: string): Report {
  writeStamp("tensorflow", says);
  return { state: "made", says };
}
