import { readStamp } from "../steps/native-core/stamp.ts";
import { verify } from "../steps/native-core/verify.ts";
import { type Finding, type Machine, setUp } from "./finding.ts";

/** Which tensor core a kernel will have: found by computing with it. */
export async function core({ root, env }: Machine): Promise<Finding> {
  const what = "tensor core";
  const asked = env.TSPYRO_BACKEND;
  if (asked !== undefined && !["tensorflow", "wasm", "cpu"].includes(asked))
    return {
      what,
      says: `TSPYRO_BACKEND is "${asked}", which is none of tensorflow, wasm, cpu: correct it or take it away`,
      state: "missing",
    };
  const tried = await verify(root);
  const stamp = readStamp(root);
  const chosen = asked === undefined ? "" : `; TSPYRO_BACKEND asks for ${asked}`;
  if (tried.works)
    return { what, says: `${stamp?.says ?? `TensorFlow ${tried.version}`}${chosen}`, state: "ok" };
  const why =
    stamp?.core === "wasm" ? stamp.says : `wasm, slower, because of the native one: ${tried.why}; ${setUp}`;
  return { what, says: `${why}${chosen}`, state: asked === "tensorflow" ? "missing" : "less" };
}
