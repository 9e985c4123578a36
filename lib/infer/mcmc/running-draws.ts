import * as tf from "@tensorflow/tfjs-core";
import { LatentVector, sizeOf } from "../auto/latent-vector.ts";
import { scoped } from "../gradients.ts";
import { numbersByChain, type Samples } from "./draws.ts";
import type { ChainProgress, RunningDraws } from "./events.ts";

/** Numbers that are looked at, of all chains together. */
const MOST = 200_000;

/**
 * Some of the draws that chains have made so far, on the scale of the model: every so many of each chain.
 * @param most numbers of the model (the first ones), and draws of a chain
 */
export function runningDraws(
  vector: LatentVector,
  chains: readonly Pick<ChainProgress, "drawn" | "record">[],
  most: { readonly numbers: number; readonly draws: number },
): RunningDraws {
  const { first, size } = head(vector, most.numbers);
  const longest = Math.max(0, ...chains.map(({ drawn }) => drawn));
  const room = Math.max(1, Math.min(most.draws, Math.floor(MOST / (size * Math.max(1, chains.length)))));
  const every = Math.max(1, Math.ceil(longest / room));
  const rows = chains.map(({ drawn }) => Math.ceil(drawn / every));
  const total = rows.reduce((a, b) => a + b, 0);
  if (total === 0) return { every, numbers: [], more: 0 };
  const joined = new Float32Array(total * size);
  let place = 0;
  for (const [i, { record }] of chains.entries()) {
    for (let row = 0; row < (rows[i] ?? 0); row++) {
      const from = row * every * vector.size;
      joined.set(record.draws.subarray(from, from + size), place);
      place += size;
    }
  }
  const all = scoped(() => numbersByChain(apart(first.unpack(tf.tensor(joined, [total, size])))));
  const begins = rows.map((_, i) => rows.slice(0, i).reduce((a, b) => a + b, 0));
  const numbers = [...all].slice(0, most.numbers).map(([name, [values = []]]) => ({
    name,
    chains: rows.map((count, i) =>
      Float32Array.from({ length: count }, (_, row) => values[(begins[i] as number) + row] as number),
    ),
  }));
  return { every, numbers, more: vector.size - numbers.length };
}

/** The first sites that have so many numbers together. */
function head({ sites }: LatentVector, numbers: number): { first: LatentVector; size: number } {
  let size = 0;
  let count = 0;
  while (count < sites.length && size < numbers) size += sizeOf(sites[count++] as (typeof sites)[number]);
  return { first: new LatentVector(sites.slice(0, count)), size };
}

/** As draws of one chain. */
function apart(samples: Samples): Samples {
  return Object.fromEntries(Object.entries(samples).map(([name, x]) => [name, tf.expandDims(x, 0)]));
}
