import { replay } from "../poutine/replay.ts";
import { trace } from "../poutine/trace.ts";
import { restoring } from "../restoring.ts";
import { getRngState, setRngState } from "../tensor/index.ts";
import { scoped } from "./gradients.ts";
import { sitesOf } from "./pair.ts";
import type { Program } from "./program.ts";

/**
 * How many batch axes guide and model use: those of plates, and of batches that stand in none, which may not be taken
 * for anything else either. Runs both once; the stream of random numbers stays where it was.
 */
export function plateNesting<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): number {
  const rng = getRngState();
  const run = () =>
    scoped(() => {
      const guideTrace = trace(guide).getTrace(...args);
      const modelTrace = trace(replay(model, { trace: guideTrace })).getTrace(...args);
      let plates = 0;
      for (const site of [...sitesOf(guideTrace), ...sitesOf(modelTrace)]) {
        plates = Math.max(plates, site.fn.batchShape.length);
        for (const { dim } of site.condIndepStack) plates = Math.max(plates, -(dim ?? 0));
      }
      return plates;
    });
  return restoring(() => setRngState(rng), run);
}
