import type { Ratio } from "../rounds.ts";
import type { CaseName } from "./case.ts";
import { type Goal, goals } from "./goals.ts";
import type { CaseRecord } from "./record.ts";

const HEAD = ["", "eager", "compiled", "np scan", "np loop", "pyro", "1-1000", "np 1-1000"];
const UNITS = ["", "µs", "µs", "µs", "µs", "µs", "ms", "ms"];

/** The times of all cases, one a line. */
export function timesTable(records: ReadonlyMap<CaseName, CaseRecord>): string {
  const rows = [...records].map(([name, r]) => [
    name,
    ...[r.eagerUs, r.compiledUs, r.numpyroScanUs, r.numpyroLoopUs, r.pyroUs].map(short),
    ...[r.firstToThousandMs, r.numpyroFirstToThousandMs].map(short),
  ]);
  return aligned([HEAD, UNITS, ...rows]);
}

/** How many times faster, beside what is asked for: must / aim. */
export function ratiosTable(records: ReadonlyMap<CaseName, CaseRecord>): string {
  const rows = [...records].map(([name, { ratios }]) => [
    name,
    ...(["scan", "loop", "cold", "eager"] as const).map((which) =>
      against(ratios[which], goals[name][which]),
    ),
    ratios.pyroEager === undefined ? "-" : short(ratios.pyroEager.median),
  ]);
  const head = ["times faster", "than np scan", "than np loop", "1-1000", "than eager", "eager than pyro"];
  return aligned([head, ...rows]);
}

/** Whether ours and the peers' came to the same. */
export function agreementLines(records: ReadonlyMap<string, Pick<CaseRecord, "agreements">>): string {
  const numbers = (values: readonly number[]) => values.map((x) => x.toPrecision(4)).join(", ");
  const lines = [...records].flatMap(([name, { agreements }]) =>
    agreements.map(({ peer, what, ours, theirs, errors, agrees }) => [
      name,
      what,
      numbers(ours),
      `${peer} ${numbers(theirs)}`,
      `${errors.toFixed(1)} standard errors`,
      agrees ? "agree" : "DO NOT AGREE",
    ]),
  );
  return aligned(lines);
}

/** A ratio beside what is asked for: must / aim. */
export function against(ratio: Ratio | undefined, goal: Goal | undefined): string {
  if (ratio === undefined) return goal === undefined ? "" : "-";
  const value = short(ratio.median);
  if (goal === undefined) return value;
  const { must, aim } = goal;
  const asked = aim === undefined ? `${must}` : `${must}/${aim}`;
  return `${value} of ${asked} ${ratio.median >= (aim ?? must) ? "aim" : ratio.median >= must ? "must" : "SHORT"}`;
}

/** Three digits, or all before the point. */
export function short(value: number | undefined): string {
  if (value === undefined) return "-";
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** Columns as wide as what is in them; the first from the left, the others from the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  "),
    )
    .join("\n");
}
