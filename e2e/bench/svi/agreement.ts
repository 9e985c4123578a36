/**
 * Whether two programs that learned the same model came to the same. Both runs are noisy, so what is compared is the
 * mean of the second half of a run, and the yardstick is the standard error of that mean, from the spread of
 * batch means (consecutive pieces are correlated, means of two of them less).
 */
import type { SviCase, Values } from "./case.ts";
import type { Estimate, Fit, Outcome } from "./outcome.ts";

const BATCHES = 8;
/** Errors from eight batches are rough: two equal runs stay below 5 in all but one of some thousand comparisons. */
const LIMIT = 5;
/** What float32 and another order of sums may change. */
const ROUNDING = 1e-3;

export interface Agreement {
  readonly what: string;
  /** Means of the values compared, for a reader: at most the first two. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Root mean square of the differences over that of their standard errors. */
  readonly errors: number;
  readonly agrees: boolean;
}

/** Compares the loss at the start, and where both were fitted the parameters and the loss at the end. */
export function agreements(model: SviCase, ours: Outcome, theirs: Outcome): Agreement[] {
  const first = compare("first loss", [ours.firstLoss], [theirs.firstLoss]);
  if (ours.fit === undefined || theirs.fit === undefined) return [first];
  const [mine, other] = [summaries(model, ours.fit), summaries(model, theirs.fit)];
  const params = Object.keys(mine).map((name) => compare(name, mine[name] ?? [], other[name] ?? []));
  const last = compare("last loss", [batched(ours.fit.losses)], [batched(theirs.fit.losses)]);
  return [first, ...params, last];
}

function summaries(model: SviCase, { params }: Fit): Record<string, Estimate[]> {
  const pieces: Values[] = params.map((values) => model.summary?.(values) ?? values);
  const names = Object.keys(pieces[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const rows = pieces.map((piece) => piece[name] ?? []);
      return [name, (rows[0] ?? []).map((_, i) => batched(rows.map((row) => row[i] ?? Number.NaN)))];
    }),
  );
}

/** The mean of a series, and its standard error from batch means. */
function batched(series: readonly number[]): Estimate {
  const size = series.length / BATCHES;
  const means = Array.from({ length: BATCHES }, (_, b) => average(series.slice(b * size, (b + 1) * size)));
  const mean = average(means);
  const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (BATCHES - 1);
  return { mean, error: Math.sqrt(variance / BATCHES) };
}

/** Whether two lists of estimates of the same numbers agree within their errors. */
export function compare(what: string, ours: readonly Estimate[], theirs: readonly Estimate[]): Agreement {
  if (ours.length !== theirs.length || ours.length === 0) {
    throw new Error(`${what}: ours has ${ours.length} values, the peer's ${theirs.length}`);
  }
  const difference = rootMeanSquare(ours.map(({ mean }, i) => mean - (theirs[i]?.mean ?? Number.NaN)));
  const noise = rootMeanSquare(ours.map(({ error }, i) => Math.hypot(error, theirs[i]?.error ?? Number.NaN)));
  const size = rootMeanSquare(theirs.map(({ mean }) => mean));
  return {
    what,
    ours: ours.slice(0, 2).map(({ mean }) => mean),
    theirs: theirs.slice(0, 2).map(({ mean }) => mean),
    errors: difference / noise,
    // Written so that a NaN does not agree.
    agrees: difference <= LIMIT * noise + ROUNDING * size,
  };
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const rootMeanSquare = (values: readonly number[]) => Math.sqrt(average(values.map((x) => x * x)));
