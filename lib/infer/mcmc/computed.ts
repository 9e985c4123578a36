import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../gradients.ts";
import type { Program } from "../program.ts";
import type { Samples } from "./draws.ts";
import { eachDraw } from "./each-draw.ts";

/** The values of a site that the model computes (`deterministic`), for each draw. */
interface Computed {
  /** Of one value. */
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  readonly values: tf.TypedArray;
}

/** What a model computes from draws of its latent sites, by the names that it gives it. */
export class ComputedSites {
  readonly #sites: Readonly<Record<string, Computed>>;

  /**
   * @param names the sites that are wanted
   * @param draws gives the draws of the latent sites, `[draws, ...site]`
   */
  constructor(
    model: Program<never>,
    args: readonly unknown[],
    names: readonly string[],
    draws: () => Readonly<Samples>,
  ) {
    const samples = names.length === 0 ? {} : draws();
    if ((Object.values(samples)[0]?.shape[0] ?? 0) === 0) {
      this.#sites = {};
      return;
    }
    this.#sites = scoped(() => {
      const found = eachDraw(model as Program<unknown[]>, [...args], samples, (sites) =>
        Object.fromEntries(
          sites.flatMap(({ name, value }) => (names.includes(name) ? [[name, value as tf.Tensor]] : [])),
        ),
      );
      return Object.fromEntries(
        Object.entries(found).map(([name, x]) => [
          name,
          { shape: x.shape.slice(1), dtype: x.dtype, values: x.dataSync<"float32">().slice() },
        ]),
      );
    });
  }

  get names(): string[] {
    return Object.keys(this.#sites);
  }

  /** `[draws, ...site]`, as the draws were given. */
  flat(): Samples {
    return this.#each(({ shape, dtype, values }) =>
      tf.tensor(
        values.slice(),
        [values.length / tf.util.sizeFromShape([...shape]), ...shape],
        dtype as "float32",
      ),
    );
  }

  /**
   * `[chains, draws, ...site]`.
   * @param counts draws of each chain
   * @param length draws that are taken of each that has any
   */
  byChain(counts: readonly number[], length: number): Samples {
    return this.#each(({ shape, dtype, values }) => {
      const size = tf.util.sizeFromShape([...shape]);
      let place = 0;
      const chains = counts.flatMap((count) => {
        const chain = tf.tensor(
          values.slice(place * size, (place + length) * size),
          [length, ...shape],
          dtype as "float32",
        );
        place += count;
        return count === 0 ? [] : [chain];
      });
      return tf.tidy(() => tf.stack(chains));
    });
  }

  #each(of: (site: Computed) => tf.Tensor): Samples {
    return tf.tidy(() =>
      Object.fromEntries(Object.entries(this.#sites).map(([name, site]) => [name, of(site)])),
    );
  }
}
