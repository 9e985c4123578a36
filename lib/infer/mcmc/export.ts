import type * as tf from "@tensorflow/tfjs-core";
import type { ChainRecord } from "./chain.ts";
import { numbersByChain, type Samples } from "./draws.ts";

/**
 * Draws in the layout of ArviZ's InferenceData: groups of variables, each nested lists `[chain][draw]...`.
 * `arviz.from_dict(**json.load(file))` reads it.
 */
export interface InferenceData {
  readonly posterior: Readonly<Record<string, unknown>>;
  readonly sample_stats: Readonly<Record<string, readonly (readonly (number | boolean)[])[]>>;
  readonly log_likelihood?: Readonly<Record<string, unknown>>;
  readonly observed_data?: Readonly<Record<string, unknown>>;
}

export interface InferenceDataOptions {
  /** Log-likelihoods by site, `[chains * draws, ...batch]`, as `logLikelihood` returns them. */
  logLikelihood?: Readonly<Samples>;
  /** Data by site. */
  observedData?: Readonly<Record<string, tf.Tensor | readonly unknown[]>>;
}

export function inferenceData(
  samples: Readonly<Samples>,
  records: readonly ChainRecord[],
  { logLikelihood, observedData }: InferenceDataOptions = {},
): InferenceData {
  const [chains = 0, draws = 0] = Object.values(samples)[0]?.shape ?? [];
  const lists = (of: Readonly<Record<string, tf.Tensor>>) =>
    Object.fromEntries(Object.entries(of).map(([name, tensor]) => [name, tensor.arraySync()]));
  const stat = (of: (record: ChainRecord) => ArrayLike<number>) =>
    records.slice(0, chains).map((record) => Array.from(of(record)).slice(0, draws));
  return {
    posterior: lists(samples),
    sample_stats: {
      acceptance_rate: stat((r) => r.acceptance),
      energy: stat((r) => r.energy),
      lp: stat((r) => r.potential.map((u) => -u)),
      tree_depth: stat((r) => r.depth),
      n_steps: stat((r) => r.steps),
      diverging: stat((r) => r.diverging).map((chain) => chain.map((x) => x === 1)),
    },
    ...(logLikelihood !== undefined && {
      log_likelihood: lists(
        Object.fromEntries(
          Object.entries(logLikelihood).map(([name, x]) => [
            name,
            x.reshape([chains, draws, ...x.shape.slice(1)]),
          ]),
        ),
      ),
    }),
    ...(observedData !== undefined && {
      observed_data: Object.fromEntries(
        Object.entries(observedData).map(([name, x]) => [name, "arraySync" in x ? x.arraySync() : x]),
      ),
    }),
  };
}

/** A line for each draw: chain, draw, each number of each site, and what was noted. */
export function toCsv(samples: Readonly<Samples>, records: readonly ChainRecord[]): string {
  const numbers = [...numbersByChain(samples)];
  const [chains = 0, draws = 0] = Object.values(samples)[0]?.shape ?? [];
  const head = ["chain", "draw", ...numbers.map(([name]) => quoted(name)), "lp", "energy", "diverging"];
  const lines = [head.join(",")];
  for (let chain = 0; chain < chains; chain++) {
    for (let draw = 0; draw < draws; draw++) {
      const record = records[chain];
      const values = numbers.map(([, of]) => of[chain]?.[draw]);
      const noted = [-(record?.potential[draw] ?? 0), record?.energy[draw], record?.diverging[draw]];
      lines.push([chain, draw, ...values, ...noted].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Names with commas or quotes are quoted. Source: RFC 4180, section 2. */
function quoted(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
