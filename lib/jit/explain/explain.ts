/**
 * What a program is made of, for people: its steps in groups, what runs each, what it reads and writes, and how long it
 * takes. Times are measured: each group is made into a program of its own over the same memory and run until the clock
 * says something; then the memory is put back.
 */
import { makeCode } from "../emit/code.ts";
import type { Inside, Program } from "../program.ts";
import { buffersOf } from "../schedule/buffers.ts";
import type { Buffer, Step } from "../schedule/steps.ts";

/** What runs a group of steps. */
export type Runner = "javascript" | "webassembly" | "interpreter" | "library";

export interface ExplainedGroup {
  /** Such as "loop over 128 x 20". */
  readonly title: string;
  readonly kind: Step["kind"];
  readonly runner: Runner;
  /** Operations with how often they stand there, such as "tanh" or "add x 3". */
  readonly operations: readonly string[];
  /** Names of states and arguments that it touches. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Earlier groups whose results it reads, by their position. */
  readonly after: readonly number[];
  /** Points of its loops. */
  readonly elements: number;
  readonly microseconds: number;
}

export interface Explanation {
  readonly mode: Program["mode"];
  /** tfjs kernels of the record that the program computes at each call, with how often. */
  readonly kernels: ReadonlyMap<string, number>;
  /** Those of them that run as they are. */
  readonly opaque: ReadonlyMap<string, number>;
  readonly groups: readonly ExplainedGroup[];
  /** Of one step. */
  readonly microseconds: number;
  readonly draws: number;
  /** Of the program's memory; of the state in it; of the WebAssembly module. */
  readonly bytes: number;
  readonly stateBytes: number;
  readonly wasmBytes: number;
}

/** Milliseconds that all measurements may take together. */
const BUDGET = 250;

export function explain(program: Program): Explanation {
  const inside = program.inside;
  const groups = grouped(inside);
  const each = Math.min(6, BUDGET / (groups.length + 1));
  const times = undisturbed(inside, () =>
    groups.map((steps) => {
      const outside = new Set(steps.flatMap((step) => Object.values(buffersOf(step)).flat()));
      const { step } = makeCode(steps, { ...inside.place, outside }, inside.allowed);
      return measured(() => step(0), each);
    }),
  );
  const whole = undisturbed(inside, () => measured(() => inside.code.step(0), each));
  const homes = new Map<Buffer, number>();
  const explained = groups.map((steps, i): ExplainedGroup => {
    const reads = new Set(steps.flatMap((step) => buffersOf(step).reads));
    const writes = new Set(steps.flatMap((step) => buffersOf(step).writes));
    const after = new Set([...reads].flatMap((buffer) => homes.get(buffer) ?? []));
    for (const buffer of writes) homes.set(buffer, i);
    after.delete(i);
    return {
      ...described(steps, inside),
      reads: named(reads, inside),
      writes: named(writes, inside),
      after: [...after].sort((a, b) => a - b),
      microseconds: times[i] as number,
    };
  });
  const stateCells = program.states.reduce((sum, value) => sum + (program.cellsOf(value)?.length ?? 0), 0);
  return {
    mode: program.mode,
    kernels: inside.kernels,
    opaque: program.opaque,
    groups: explained,
    microseconds: whole,
    draws: program.draws,
    bytes: 4 * inside.place.layout.cells,
    stateBytes: 4 * stateCells,
    wasmBytes: inside.code.wasmBytes,
  };
}

/** Steps that are one number each are one group, as they are one stretch of code. */
function grouped({ steps, code }: Inside): Step[][] {
  const groups: Step[][] = [];
  let open: Step[] | undefined;
  for (const step of steps) {
    if (step.kind === "check") continue;
    const scalar = !code.wasmSteps.has(step) && elementsOf(step) === 1 && isWritten(step);
    if (scalar && open !== undefined) {
      open.push(step);
      continue;
    }
    const group = [step];
    groups.push(group);
    open = scalar ? group : undefined;
  }
  return groups;
}

const isWritten = ({ kind }: Step): boolean => kind === "loop" || kind === "copy";

function elementsOf(step: Step): number {
  switch (step.kind) {
    case "loop":
      return step.domain.reduce((a, b) => a * b, 1);
    case "matmul":
      return step.batch * step.m * step.n * step.k;
    case "draw":
      return step.out.size;
    case "host":
      return step.outputs.reduce((sum, { size }) => sum + size, 0);
    case "check":
      return step.buffers.length;
    case "copy":
      return step.from.size;
    default:
      return step satisfies never;
  }
}

function described(
  steps: readonly Step[],
  { code }: Inside,
): Pick<ExplainedGroup, "title" | "kind" | "runner" | "operations" | "elements"> {
  const [step] = steps as [Step, ...Step[]];
  const { kind } = step;
  const elements = steps.reduce((sum, one) => sum + elementsOf(one), 0);
  const written: Runner = code.text === "" ? "interpreter" : "javascript";
  const runner = code.wasmSteps.has(step) ? "webassembly" : isWritten(step) ? written : "library";
  return { title: titleOf(step, steps.length), kind, runner, operations: operationsOf(steps), elements };
}

function titleOf(step: Step, count: number): string {
  switch (step.kind) {
    case "loop": {
      const { domain } = step;
      if (domain.length > 0) return `loop over ${domain.join(" x ")}`;
      return count > 1 ? `scalars, in ${count} parts` : "scalars";
    }
    case "matmul": {
      const { batch, m, k, n } = step;
      return `${batch > 1 ? `${batch} products` : "product"} [${m} x ${k}] [${k} x ${n}]`;
    }
    case "draw":
      return `draw of ${step.out.size}`;
    case "host":
      return `call of ${step.label}`;
    case "check":
      return "check";
    case "copy":
      return `copy of ${step.from.size}`;
    default:
      return step satisfies never;
  }
}

function operationsOf(steps: readonly Step[]): string[] {
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const step of steps) {
    if (step.kind === "draw") count(step.kernel);
    if (step.kind !== "loop") continue;
    for (const statement of step.body) {
      if (statement.kind === "let") count(statement.op);
      if (statement.kind === "reduce")
        count(statement.reducer === "sum" ? "sum" : `reduce by ${statement.reducer}`);
    }
  }
  return [...counts].map(([name, n]) => (n === 1 ? name : `${name} x ${n}`));
}

/** What the world calls the buffers; the program's own have no name. */
function named(buffers: ReadonlySet<Buffer>, { place, sources }: Inside): string[] {
  const known = new Set(sources);
  return [...buffers]
    .filter((buffer) => place.outside.has(buffer) && known.has(buffer))
    .map(({ label }) => label);
}

/** Microseconds of one run. */
function measured(f: () => void, milliseconds: number): number {
  f();
  const end = performance.now() + milliseconds;
  let best = Number.POSITIVE_INFINITY;
  for (let times = 1, begun = performance.now(); begun < end; times *= 2) {
    for (let i = 0; i < times; i++) f();
    const now = performance.now();
    best = Math.min(best, (1000 * (now - begun)) / times);
    begun = now;
  }
  return best;
}

function undisturbed<T>({ place: { memory } }: Inside, f: () => T): T {
  const before = memory.ints.slice();
  try {
    return f();
  } finally {
    memory.ints.set(before);
  }
}
