import type { Explanation } from "./explain.ts";

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export const formatMicroseconds = (us: number): string =>
  `${us >= 100 ? us.toFixed(0) : us.toPrecision(2)} µs`;

/** What was made of what, in one sentence. */
export function summary({ kernels, groups }: Explanation): string {
  const calls = [...kernels.values()].reduce((a, b) => a + b, 0);
  const of = (kind: string) => groups.filter((group) => group.kind === kind).length;
  const parts = [
    plural(of("loop"), "loop"),
    ...(of("matmul") > 0 ? [plural(of("matmul"), "matrix product")] : []),
    ...(of("draw") > 0 ? [plural(of("draw"), "draw")] : []),
    ...(of("host") > 0 ? [`${plural(of("host"), "call")} of kernels as they are`] : []),
    ...(of("copy") > 0 ? [`${of("copy")} ${of("copy") === 1 ? "copy" : "copies"}`] : []),
  ];
  return `${plural(calls, "tfjs kernel")} became ${parts.join(", ")}`;
}

/** The explanation as a table. */
export function explanationText(explanation: Explanation): string {
  const { mode, groups, microseconds, opaque, bytes, stateBytes, wasmBytes } = explanation;
  const rows = groups.map((group) => [
    formatMicroseconds(group.microseconds),
    group.title,
    group.runner,
    group.operations.join(", "),
  ]);
  const all = [["time", "group", "run by", "operations"], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const table = all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const opaqueCost = groups
    .filter(({ kind }) => kind === "host")
    .reduce((sum, group) => sum + group.microseconds, 0);
  const kept = [...opaque].map(([kernel, count]) => (count === 1 ? kernel : `${kernel} x ${count}`));
  return [
    `${summary(explanation)}; ${formatMicroseconds(microseconds)} a call, by ${mode}`,
    kept.length === 0
      ? "every kernel was taken apart"
      : `not taken apart: ${kept.join(", ")} (${formatMicroseconds(opaqueCost)})`,
    `memory ${formatBytes(bytes)}, of which state ${formatBytes(stateBytes)}` +
      (wasmBytes > 0 ? `; WebAssembly ${formatBytes(wasmBytes)}` : ""),
    ...table,
  ].join("\n");
}
