import { appendFileSync } from "node:fs";

/** One number of a benchmark. */
export interface Measured {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** The file into which a benchmark's process writes its numbers, where `index.ts` runs it. */
export const MEASURED_FILE = "TSPYRO_BENCH_FILE";

/** Tells `npm run bench` a number, besides printing it. */
export function measured(what: string, value: number, unit: string): void {
  const file = process.env[MEASURED_FILE];
  if (file === undefined) return;
  const one: Measured = { what, value, unit };
  appendFileSync(file, `${JSON.stringify(one)}\n`);
}

/** Print a number beside its limit, and keep it. One beyond its limit makes the bench fail. */
export function report(
  what: string,
  value: number,
  unit: string,
  limit?: { most?: number; least?: number },
): void {
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = limit ?? {};
  const goal = limit === undefined ? "" : limit.most === undefined ? `>= ${least}` : `<= ${most}`;
  console.log(`${what.padEnd(56)} ${value.toPrecision(4).padStart(9)} ${unit.padEnd(4)} ${goal}`);
  measured(what, value, unit);
  if (!(value <= most && value >= least)) process.exitCode = 1;
}
