import * as tf from "@tensorflow/tfjs-core";
import type { LatentVector } from "../auto/latent-vector.ts";
import type { ChainRecord } from "./chain.ts";
import type { Chains } from "./diagnostics/index.ts";

export type Samples = Record<string, tf.Tensor>;

/** Draws by site: `[draws, ...site]`, the chains one after the other. */
export function flatSamples(vector: LatentVector, records: readonly ChainRecord[]): Samples {
  const lengths = records.map(({ draws }) => draws.length);
  const joined = new Float32Array(lengths.reduce((a, b) => a + b, 0));
  let place = 0;
  for (const { draws } of records) {
    joined.set(draws, place);
    place += draws.length;
  }
  return tf.tidy(() => vector.unpack(tf.tensor(joined, [joined.length / vector.size, vector.size])));
}

/** Draws by site and chain: `[chains, draws, ...site]`, as many of each chain as the shortest has. */
export function samplesByChain(vector: LatentVector, records: readonly ChainRecord[]): Samples {
  const begun = records.filter(({ draws }) => draws.length > 0);
  const length = begun.length === 0 ? 0 : Math.min(...begun.map(({ draws }) => draws.length));
  const joined = new Float32Array(begun.length * length);
  for (const [i, { draws }] of begun.entries()) joined.set(draws.subarray(0, length), i * length);
  return tf.tidy(() => vector.unpack(tf.tensor(joined, [begun.length, length / vector.size, vector.size])));
}

/** Each number of each site by chain: `mu`, or `theta[0]`, `L[1,0]` of a site of several. */
export function numbersByChain(samples: Samples): Map<string, Chains> {
  const numbers = new Map<string, Chains>();
  for (const [site, tensor] of Object.entries(samples)) {
    const [chains = 0, draws = 0, ...shape] = tensor.shape;
    const values = tensor.dataSync() as Float32Array;
    const size = shape.reduce((a, b) => a * b, 1);
    for (let i = 0; i < size; i++) {
      const name = shape.length === 0 ? site : `${site}[${indexOf(i, shape).join(",")}]`;
      const of = (chain: number) =>
        Float64Array.from(
          { length: draws },
          (_, draw) => values[(chain * draws + draw) * size + i] as number,
        );
      numbers.set(
        name,
        Array.from({ length: chains }, (_, chain) => of(chain)),
      );
    }
  }
  return numbers;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((n) => {
      const digit = rest % n;
      rest = Math.floor(rest / n);
      return digit;
    })
    .toReversed();
}
