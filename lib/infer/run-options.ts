/** What `svi.run` is told beside the number of steps. */
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";

export interface RunOptions<A extends unknown[]> {
  /** Arguments of model and guide, or a function that gives those of each step (counted from 0). */
  args?: A | ((step: number) => A);
  /** Show how it goes (default true): in a notebook as a view, in a terminal as a line. */
  progress?: boolean;
  /** At most so many steps a second, for those who want to watch (default: as many as possible). */
  pace?: number;
  /** Called after each step with its number (from 1) and its loss; `false` ends the run. */
  onStep?: (step: number, loss: number) => unknown;
  /** Compile the step: "auto" (default) where possible, true to demand it, false never. */
  compile?: "auto" | boolean;
  /** Ends the run when aborted. */
  signal?: AbortSignal;
  /** In a notebook: go on training parameters that this cell made in an earlier execution. */
  resume?: boolean;
}

const optionNames: OptionNames<RunOptions<unknown[]>> = {
  ...{ args: true, progress: true, pace: true, onStep: true, compile: true, signal: true, resume: true },
};

/** Options, and not the arguments of the model, which Pyro's `svi.step` takes in their place. */
export function checkRunOptions(options: unknown, more: readonly unknown[]): void {
  const proto = typeof options === "object" && options !== null ? Object.getPrototypeOf(options) : undefined;
  if (more.length === 0 && (proto === null || proto === Object.prototype)) {
    const known: RunOptions<unknown[]> = options as object;
    checkOptions("svi.run", known, optionNames);
    if (known.args !== undefined && typeof known.args !== "function") checkedArgs(known.args);
    return;
  }
  throw pyroError({
    what: "svi.run takes the number of steps and an object of options",
    where: "svi.run",
    expected: "svi.run(numSteps, { args: [...] })",
    got: `${more.length + 2} arguments, the second ${describe(options)}`,
    try: "put the arguments of model and guide into args",
  });
}

/** @throws where the arguments of model and guide are no array, as the only one is soon given alone */
export function checkedArgs<A extends unknown[]>(args: A): A {
  if (Array.isArray(args)) return args;
  throw pyroError({
    what: "The arguments of model and guide are no array",
    where: "option args of svi.run",
    expected: "an array of them, or a function that gives one for each step",
    got: describe(args),
    try: "args: [data]",
  });
}

function describe(x: unknown): string {
  if (typeof x === "object" && x !== null)
    return x.constructor === undefined ? "an object" : `an object of class ${x.constructor.name}`;
  return x === undefined || x === null ? String(x) : `a ${typeof x}`;
}
