import type { Kernel } from "../../protocol/client.ts";
import type { MeasuredKernel } from "./kernel.ts";
import { measureCompletion, measureStart, measureSum, warmKernel } from "./measure.ts";

/** What was measured of one kernel: medians and the least, in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly times: number;
}

export const quantities = ["start", "firstCompletion", "completion", "firstCell", "sum"] as const;
export type Quantity = (typeof quantities)[number];
export type Figures = Record<Quantity, Spread>;

export interface Repeats {
  readonly starts: number;
  readonly cells: number;
}

/**
 * The kernels beside each other in one run: each start of one is followed by one of the next, and each cell, so that
 * whatever else the machine does meets all of them.
 */
export async function compareKernels(
  kernels: readonly MeasuredKernel[],
  { starts, cells }: Repeats,
): Promise<Map<MeasuredKernel, Figures>> {
  const times = new Map(
    kernels.map((kernel) => [kernel, Object.fromEntries(quantities.map((one) => [one, [] as number[]]))]),
  );
  const note = (kernel: MeasuredKernel, quantity: Quantity, value: number) =>
    times.get(kernel)?.[quantity]?.push(value);
  // The first start of a program reads it from the disk, and ours compiles what it keeps for the next one.
  for (const kernel of kernels) await measureStart(kernel, "completion");
  for (let i = 0; i < starts; i++) {
    for (const kernel of kernels) {
      const completing = await measureStart(kernel, "completion");
      note(kernel, "start", completing.info);
      note(kernel, "firstCompletion", completing.first);
      const running = await measureStart(kernel, "cell");
      note(kernel, "start", running.info);
      note(kernel, "firstCell", running.first);
    }
  }
  const warm: [MeasuredKernel, Kernel][] = [];
  try {
    for (const kernel of kernels) warm.push([kernel, await warmKernel(kernel)]);
    for (let i = 0; i < cells; i++)
      for (const [kernel, started] of warm) note(kernel, "sum", await measureSum(started));
    for (let i = 0; i < cells; i++)
      for (const [kernel, started] of warm)
        note(kernel, "completion", await measureCompletion(started, kernel, i));
  } finally {
    for (const [, started] of warm) await started.stop();
  }
  const figures = (kernel: MeasuredKernel) =>
    Object.fromEntries(quantities.map((one) => [one, spread(times.get(kernel)?.[one] ?? [])])) as Figures;
  return new Map(kernels.map((kernel) => [kernel, figures(kernel)]));
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value = Number.NaN) => Math.round(value * 100) / 100;
  return { median: round(sorted[sorted.length >> 1]), least: round(sorted[0]), times: sorted.length };
}
