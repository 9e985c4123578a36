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
