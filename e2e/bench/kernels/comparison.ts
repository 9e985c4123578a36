import type { Kernel } from "../../protocol/client.ts";
import type { Failures } from "./failures.ts";
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

type Times = Record<Quantity, number[]>;

/**
 * The kernels beside each other in one run: each start of one is followed by one of the next, and each cell, so that
 * whatever else the machine does meets all of them. One that fails is started again, and `failures` knows of it.
 */
export async function compareKernels(
  kernels: readonly MeasuredKernel[],
  { starts, cells }: Repeats,
  failures: Failures,
): Promise<Map<MeasuredKernel, Figures>> {
  const times = new Map(kernels.map((kernel) => [kernel, noTimes()]));
  // The first start of a program reads it from the disk, and ours compiles what it keeps for the next one.
  for (const kernel of kernels) await failures.outlive(kernel, () => measureStart(kernel, "completion"));
  for (let i = 0; i < starts; i++) {
    for (const [kernel, of] of times) {
      const completing = await failures.outlive(kernel, () => measureStart(kernel, "completion"));
      if (completing !== undefined) {
        of.start.push(completing.info);
        of.firstCompletion.push(completing.first);
      }
      const running = await failures.outlive(kernel, () => measureStart(kernel, "cell"));
      if (running === undefined) continue;
      of.start.push(running.info);
      of.firstCell.push(running.first);
    }
  }
  await compareWarm(times, cells, failures);
  const figures = (of: Times) =>
    Object.fromEntries(quantities.map((one) => [one, spread(of[one])])) as Figures;
  return new Map([...times].map(([kernel, of]) => [kernel, figures(of)]));
}

async function compareWarm(
  times: ReadonlyMap<MeasuredKernel, Times>,
  cells: number,
  failures: Failures,
): Promise<void> {
  const warm = new Map<MeasuredKernel, Kernel>();
  const measure = (kernel: MeasuredKernel, work: (started: Kernel) => Promise<number>) =>
    failures.outlive(kernel, async () => {
      const started = warm.get(kernel) ?? (await warmKernel(kernel));
      warm.set(kernel, started);
      try {
        return await work(started);
      } catch (error) {
        warm.delete(kernel);
        await started.stop();
        throw error;
      }
    });
  const rounds = async (
    quantity: Quantity,
    work: (kernel: MeasuredKernel, i: number, started: Kernel) => Promise<number>,
  ) => {
    for (let i = 0; i < cells; i++) {
      for (const [kernel, of] of times) {
        const time = await measure(kernel, (started) => work(kernel, i, started));
        if (time !== undefined) of[quantity].push(time);
      }
    }
  };
  try {
    // Each is warm before the first of them is measured.
    for (const kernel of times.keys()) await measure(kernel, measureSum);
    await rounds("sum", (_kernel, _i, started) => measureSum(started));
    await rounds("completion", (kernel, i, started) => measureCompletion(started, kernel, i));
  } finally {
    for (const started of warm.values()) await started.stop();
  }
}

function noTimes(): Times {
  return { start: [], firstCompletion: [], completion: [], firstCell: [], sum: [] };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value = Number.NaN) => Math.round(value * 100) / 100;
  return { median: round(sorted[sorted.length >> 1]), least: round(sorted[0]), times: sorted.length };
}
