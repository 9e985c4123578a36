import * as tf from "@tensorflow/tfjs-core";
import { pollInterrupt } from "../../interrupt.ts";
import { block } from "../../poutine/block.ts";
import { lookup } from "../../poutine/lookup.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { substitute } from "../../poutine/substitute.ts";
import { trace } from "../../poutine/trace.ts";
import { manyTimes } from "../compiled/repeat.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import type { Samples } from "./draws.ts";

/**
 * What runs of a model tell, one for each draw of its latent sites; compiled where there are many.
 * @param samples draws by site, each `[draws, ...site]`
 * @param of takes from the sites of a run what is wanted; the tensors may be those of the run
 * @returns what `of` takes, each `[draws, ...]`
 */
export function eachDraw<A extends unknown[]>(
  model: Program<A>,
  args: A,
  samples: Readonly<Samples>,
  of: (sites: readonly SampleSite[]) => Samples,
): Samples {
  const count = Object.values(samples)[0]?.shape[0] ?? 0;
  const told = (data: Samples): Samples =>
    tf.tidy(() => {
      const run = block((...a: A) => trace(substitute(model, { data: lookup(data) })).getTrace(...a)).invoke(
        ...args,
      );
      const found = Object.entries(of(sitesOf(run)));
      return Object.fromEntries(found.map(([name, x]) => [name, tf.clone(x)]));
    });
  return tf.tidy(() => {
    const one = manyTimes(count, [model, ...args], told);
    const rows = Object.entries(samples).map(([name, draws]) => [name, tf.unstack(draws)] as const);
    const all = Array.from({ length: count }, (_, i) => {
      pollInterrupt();
      return one(Object.fromEntries(rows.map(([name, draws]) => [name, draws[i] as tf.Tensor])));
    });
    const names = Object.keys(all[0] ?? {});
    return Object.fromEntries(
      names.map((name) => [name, tf.stack(all.map((values) => values[name] as tf.Tensor))]),
    );
  });
}
