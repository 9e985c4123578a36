import type { ReduceOp } from "../../distributed/world.ts";
import { pyroError } from "../../errors.ts";
import { checkOptions } from "../../options.ts";

export interface HorovodOptions {
  /** What gradients are rounded to on their way to other processes. Default: "none". */
  compression?: "none" | "fp16";
  /** How gradients of several processes become one. Default: "average". */
  op?: ReduceOp;
  /** Gradients of this many steps are added up before the parameters move. Default: 1. */
  backwardPassesPerStep?: number;
  /** Gradients travel together up to this many bytes; 0: each on its own. Default: 64 MiB. */
  fusionThreshold?: number;
}

const WORDS = { compression: ["none", "fp16"], op: ["average", "sum", "adasum"] } as const;
const LEAST = { backwardPassesPerStep: 1, fusionThreshold: 0 } as const;
const DEFAULTS: Required<HorovodOptions> = {
  compression: "none",
  op: "average",
  backwardPassesPerStep: 1,
  fusionThreshold: 64 * 2 ** 20,
};

/** @throws where an option does not exist or is none of what it may be */
export function horovodOptions(given: HorovodOptions): Required<HorovodOptions> {
  if (typeof given !== "object" || given === null) throw refused("options", "an object", given);
  const names = { compression: true, op: true, backwardPassesPerStep: true, fusionThreshold: true } as const;
  checkOptions<HorovodOptions>("HorovodOptimizer", given, names);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: Required<HorovodOptions> = { ...DEFAULTS, ...Object.fromEntries(set) };
  for (const name of ["compression", "op"] as const) {
    const known: readonly string[] = WORDS[name];
    if (!known.includes(options[name])) {
      throw refused(name, known.map((word) => `"${word}"`).join(", "), options[name]);
    }
  }
  for (const name of ["backwardPassesPerStep", "fusionThreshold"] as const) {
    if (Number.isSafeInteger(options[name]) && options[name] >= LEAST[name]) continue;
    throw refused(name, `a whole number >= ${LEAST[name]}`, options[name]);
  }
  return options;
}

function refused(name: string, expected: string, got: unknown): Error {
  return pyroError({
    what: `${name} of HorovodOptimizer is out of range`,
    expected,
    got: typeof got === "string" ? `"${got}"` : String(got),
  });
}
