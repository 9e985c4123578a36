import * as tf from "@tensorflow/tfjs-core";
import { kindOf, pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import { replay, Trace } from "../../lib/poutine/index.ts";
import { formatNumber } from "../views/format.ts";
import type { SiteRow, SiteUse, TraceSitesData } from "../views/trace-sites.ts";
import { withDependencies } from "./provenance.ts";
import { isTracedSource, RunningTrace, type TracedSource } from "./running-trace.ts";
import { type ShowOptions, showOptionNames } from "./shown.ts";
import { TraceView } from "./shown-trace.ts";

export { TraceView };

type Program<A extends unknown[]> = (...args: A) => unknown;

/** A model and its guide: the traces of one run, or the programs, which are then run once. */
export type TracePair<A extends unknown[] = unknown[]> =
  | { readonly model: Trace; readonly guide: Trace }
  | { readonly model: Program<A>; readonly guide: Program<A> };

export interface TraceViewOptions<A extends unknown[] = unknown[]> extends ShowOptions {
  /** Arguments of model and guide, where these are programs. */
  args?: A;
  /** For an SVI: steps between two traces of a run, at least (default 1: as often as it is shown). */
  every?: number;
  title?: string;
}

/**
 * What ran in a trace, site by site in order: kind, shape, value, distribution, log-density, scale. A log-density of NaN or
 * minus infinity is red. For a model with its guide both stand beside each other, the model run with the guide's values,
 * and a latent site that only one of them has is marked. That of an SVI follows its runs; random numbers stay as they were.
 *
 * @example
 * traceView(poutine.trace(model).getTrace(data))
 * traceView({ model, guide }, { args: [data] })
 * display(traceView(svi, { args: [data] })); await svi.run(10_000, { args: [data] });
 * @throws where there is no trace, and what model and guide throw
 */
export function traceView<A extends unknown[]>(
  source: Trace | TracePair<A> | TracedSource<A>,
  options: TraceViewOptions<A> = {},
): TraceView {
  checkOptions("traceView", options as TraceViewOptions, {
    args: true,
    every: true,
    title: true,
    ...showOptionNames,
  });
  const { args, title, every = 1, ...shown } = options;
  const given = args ?? ([] as unknown[] as A);
  const titled = (data: TraceSitesData) => ({ ...data, ...(title !== undefined && { title }) });
  const named = (data: TraceSitesData) => new TraceView(titled(data), shown);
  if (source instanceof Trace) return named({ programs: ["trace"], sites: rowsOf([source]) });
  const { model, guide } = (source ?? {}) as Partial<TracePair<A>>;
  const programs = ["model", "guide"];
  if (model instanceof Trace && guide instanceof Trace)
    return named({ programs, sites: rowsOf([model, guide]) });
  if (typeof model === "function" && typeof guide === "function") {
    const now = () =>
      withDependencies(guide, given, (run) =>
        withDependencies(replay(model, { trace: run.trace }), given, ({ trace }) =>
          rowsOf([trace, run.trace]),
        ),
      );
    if (isTracedSource(source))
      return new RunningTrace(source, () => titled({ programs, sites: now() }), every, shown);
    return named({ programs, sites: now() });
  }
  throw pyroError({
    what: "There is no trace to show",
    where: "argument of traceView",
    expected: "a Trace, { model, guide } of two traces or two programs, or an SVI",
    got: kindOf(source),
    try: "traceView(poutine.trace(model).getTrace(...args))",
  });
}

/** The sites of all traces: in the order of the first, those that only a later one has before what follows them there. */
function rowsOf(traces: readonly Trace[]): SiteRow[] {
  let rows: SiteRow[] = [];
  tf.tidy(() => {
    // Copies: what is computed for them is not left behind in the traces of the user.
    const read = traces.map((trace) => sitesOf(trace.copy()));
    rows = mergedNames(read.map((sites) => [...sites.keys()])).map((name) => {
      const all = read.map((sites) => sites.get(name));
      const [first] = all.filter((site) => site !== undefined);
      return { ...(first as Read).row, uses: all.map((site) => site?.use) };
    });
  });
  return rows;
}

function mergedNames(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  const merged = [...first];
  for (const names of others) {
    let at = 0;
    for (const name of names) {
      const known = merged.indexOf(name);
      if (known >= 0) at = known + 1;
      else merged.splice(at++, 0, name);
    }
  }
  return merged;
}

interface Read {
  readonly row: Omit<SiteRow, "uses">;
  readonly use: SiteUse;
}

function sitesOf(trace: Trace): Map<string, Read> {
  const read = new Map<string, Read>();
  for (const { name } of trace.nodes.values()) {
    const site = trace.get(name);
    if (site === undefined) continue;
    const { value } = site;
    const known = value !== undefined && !value.isDisposed;
    const common = {
      name,
      plates: site.condIndepStack.map((frame) => frame.name),
      ...(value !== undefined && { shape: [...value.shape] }),
      value: value === undefined ? "–" : known ? valueText(value) : "disposed",
    };
    if (site.type === "param") {
      const constraint = site.constraint?.name;
      read.set(name, {
        row: { ...common, kind: "param" },
        use: constraint === undefined || constraint === "real" ? {} : { law: constraint },
      });
      continue;
    }
    const scale = typeof site.scale === "number" ? site.scale : Number(site.scale.dataSync()[0]);
    const computed = site.infer._deterministic === true;
    const kind = computed
      ? "deterministic"
      : site.isSubsample
        ? "indices"
        : site.isObserved
          ? "observed"
          : "latent";
    const logDensity = known && !computed && !site.isSubsample ? densityOf(trace, name) : undefined;
    read.set(name, {
      row: { ...common, kind, ...(scale !== 1 && { scale }) },
      use: {
        ...(!computed && !site.isSubsample && { law: String(site.fn) }),
        ...(logDensity !== undefined && { logDensity }),
      },
    });
  }
  return read;
}

/** Not a number where the density cannot be told (a value outside of the support). */
function densityOf(trace: Trace, name: string): number {
  try {
    return Number(trace.logPdf((own) => own === name).dataSync()[0]);
  } catch {
    return Number.NaN;
  }
}

/** Numbers that are written out. */
const few = 4;

function valueText(value: tf.Tensor): string {
  if (value.dtype === "string") return `${value.size} texts`;
  const numbers = Array.from(value.dataSync());
  if (value.rank === 0) return formatNumber(numbers[0] ?? Number.NaN);
  if (numbers.length <= few) return `[${numbers.map((number) => formatNumber(number, 3)).join(", ")}]`;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [low, high] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return `mean ${formatNumber(mean, 3)}, ${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
}
