/**
 * Makes the steps of a program run: long loops and matrix products as WebAssembly where it is there, draws and
 * functions of whole buffers as calls, the rest as JavaScript that is written for this program. Where a page forbids
 * code to be made from text, WebAssembly runs every step that it can; where it forbids that as well, an interpreter does.
 */
import { backendName, type Factor, nativeProduct } from "../../tensor/index.ts";
import { SIGNATURE } from "../authors.ts";
import { opRow } from "../dag/ops.ts";
import { accessesOf } from "../schedule/collapse.ts";
import type { Buffer, Cells, MatMul, MatrixView, Step } from "../schedule/steps.ts";
import { compileWasm, compileWhole, preferNative, wasmRuns } from "../wasm/index.ts";
import { batchDraws, draw } from "./draws.ts";
import { interpretLoop } from "./interpret.ts";
import { writeJavaScript } from "./javascript.ts";
import { cellsOf, type Layout, type Memory, WRITING } from "./layout.ts";
import { multiply } from "./matmul.ts";

export interface Code {
  /** Takes a step, given the counter of the random stream; anything but 0 says that it was not taken. */
  readonly step: (counter: number) => number;
  /** The generated JavaScript; empty where an interpreter runs. */
  readonly text: string;
  readonly mode: Mode;
  /** Size of the WebAssembly module. */
  readonly wasmBytes: number;
  /** The steps that are WebAssembly. */
  readonly wasmSteps: ReadonlySet<Step>;
}

export interface Place {
  readonly layout: Layout;
  readonly memory: Memory;
  /** Buffers that hold what never changes. */
  readonly literals: readonly Buffer[];
  /** Buffers that the world reads or writes. */
  readonly outside: ReadonlySet<Buffer>;
}

/** What runs the steps that are not calls of other libraries. */
export type Mode =
  | "javascript+webassembly"
  | "javascript"
  | "webassembly"
  | "webassembly+interpreter"
  | "interpreter";

/** What may be used where it is there. */
export interface Allowed {
  readonly webAssembly: boolean;
  /** Code made from text. */
  readonly javascript: boolean;
  /** All steps as one function of WebAssembly, where that can be. */
  readonly whole?: boolean;
}

/** Whether a page's content policy was found to forbid code from text: each attempt is reported as an error of the page. */
let textForbidden = false;

export function makeCode(
  steps: readonly Step[],
  where: Place,
  { webAssembly, javascript, whole = false }: Allowed,
): Code {
  const one = whole && webAssembly ? wholeOf(steps, where) : undefined;
  if (one !== undefined) return one;
  const place = webAssembly ? where : { ...where, memory: { ...where.memory, wasm: undefined } };
  const taken = webAssembly ? steps : [];
  if (javascript && !textForbidden) {
    const { functions, bytes } = webAssemblyOf(taken, place, false);
    const made = written(steps, place, functions);
    const mode = functions.size > 0 ? "javascript+webassembly" : "javascript";
    if (made !== undefined) return { ...made, mode, wasmBytes: bytes, wasmSteps: new Set(functions.keys()) };
    textForbidden = true;
  }
  const { functions, bytes } = webAssemblyOf(taken, place, true);
  const rest = steps.some((step) => step.kind === "loop" && !functions.has(step));
  const mode = functions.size === 0 ? "interpreter" : rest ? "webassembly+interpreter" : "webassembly";
  const step = interpreted(steps, place, functions);
  return { step, text: "", mode, wasmBytes: bytes, wasmSteps: new Set(functions.keys()) };
}

type Functions = ReadonlyMap<Step, () => void>;

/** The steps as JavaScript; undefined where code may not be made from text. */
function written(
  steps: readonly Step[],
  place: Place,
  functions: Functions,
): Pick<Code, "step" | "text"> | undefined {
  const { layout, memory, outside } = place;
  const { merged, batches } = batchDraws(steps, place);
  const called = (step: Step): boolean =>
    step.kind === "matmul" || step.kind === "draw" || step.kind === "host" || functions.has(step);
  const source = writeJavaScript(merged, layout, outside, called);
  let make: (...parts: unknown[]) => Code["step"];
  try {
    make = new Function("F", "I", "ops", "calls", "scratch", source.text + SIGNATURE) as typeof make;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
  const step = make(
    memory.floats,
    memory.ints,
    source.ops.map((op) => opRow(op).f),
    source.calls.map((one) => functions.get(one) ?? batches.get(one) ?? call(one, place)),
    source.scratch.map((size) => new Float64Array(size)),
  );
  return { step, text: source.text };
}

/** The steps one after the other. */
function interpreted(steps: readonly Step[], place: Place, functions: Functions): Code["step"] {
  const { memory, layout } = place;
  const { floats, ints } = memory;
  const cellar = { floats, ints, address: layout.address };
  let bad = false;
  const run = steps.map((step): ((base: number) => boolean) => {
    const wasm = functions.get(step);
    if (wasm !== undefined) return done(wasm);
    switch (step.kind) {
      case "loop": {
        const loop = interpretLoop(step, cellar);
        return () => {
          if (loop()) bad = true;
          return true;
        };
      }
      case "check": {
        const cells = step.buffers.map((buffer) => cellsOf(buffer, layout.address(buffer), memory));
        return () => {
          const passed = !bad && cells.every((verdict) => verdict[0] === 0);
          if (passed) ints[WRITING] = 1;
          return passed;
        };
      }
      case "copy": {
        const [from, to] = [layout.address(step.from), layout.address(step.to)];
        return done(() => void floats.copyWithin(to, from, from + step.from.size));
      }
      default:
        return done(call(step, place));
    }
  });
  return (base) => {
    bad = false;
    const passed = run.every((f) => f(base)) && !bad;
    ints[WRITING] = 0;
    return passed ? 0 : 1;
  };
}

const done =
  (f: (base: number) => void) =>
  (base: number): boolean => {
    f(base);
    return true;
  };

/** The steps that WebAssembly runs better than JavaScript; those that it runs at all where it is `alone`. */
function webAssemblyOf(
  steps: readonly Step[],
  place: Place,
  alone: boolean,
): { functions: Map<Step, () => void>; bytes: number } {
  const { layout, memory } = place;
  const functions = new Map<Step, () => void>();
  // Positions that come from tensors are checked, which only JavaScript does, unless it is known what they are.
  const safe = knownPositions(steps, place);
  const wanted = steps.filter((step) => !mayMiss(step, safe) && !isNative(step) && wasmRuns(step, { alone }));
  if (memory.wasm === undefined || wanted.length === 0) return { functions, bytes: 0 };
  try {
    const { steps: made, bytes } = compileWasm(wanted, layout.address, memory.wasm, { alone });
    wanted.forEach((step, i) => {
      const run = made[i];
      if (run !== undefined) functions.set(step, run);
    });
    return { functions, bytes };
  } catch (error) {
    // A page may forbid it, or take it on other threads only.
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError)
      return { functions, bytes: 0 };
    throw error;
  }
}

/** All steps as one function; undefined where that cannot be. */
function wholeOf(steps: readonly Step[], place: Place): Code | undefined {
  const { layout, memory, outside } = place;
  if (memory.wasm === undefined) return undefined;
  const safe = knownPositions(steps, place);
  const inVectors = (step: Step) => !mayMiss(step, safe) && !isNative(step) && wasmRuns(step);
  try {
    const made = compileWhole(steps, layout.address, memory.wasm, outside, inVectors);
    if (made === undefined) return undefined;
    const { step, bytes } = made;
    return { step, text: "", mode: "webassembly", wasmBytes: bytes, wasmSteps: new Set(steps) };
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether the native library multiplies these matrices, and can take them as they lie. */
function isNative(step: Step): step is MatMul {
  if (step.kind !== "matmul" || backendName() !== "tensorflow" || !preferNative(step.m, step.k, step.n))
    return false;
  const { left, right, batch, m, k, n } = step;
  return orderOf(left, batch, m, k) !== undefined && orderOf(right, batch, k, n) !== undefined;
}

/** Whether a view is a whole buffer row by row, or column by column (transposed); undefined where it is neither. */
function orderOf(
  view: MatrixView,
  batch: number,
  rows: number,
  columns: number,
): "rows" | "columns" | undefined {
  const { buffer, offset, batchStride, rowStride, columnStride } = view;
  const whole =
    offset === 0 && buffer.size === batch * rows * columns && (batch === 1 || batchStride === rows * columns);
  if (!whole) return undefined;
  if (columnStride === 1 && rowStride === columns) return "rows";
  return rowStride === 1 && columnStride === rows ? "columns" : undefined;
}

function nativeMatMul(step: MatMul, cells: (buffer: Buffer) => Cells): (() => void) | undefined {
  const { left, right, batch, m, k, n } = step;
  const factor = (view: MatrixView, rows: number, columns: number): Factor => {
    const transposed = orderOf(view, batch, rows, columns) === "columns";
    const shape = transposed ? { rows: columns, columns: rows } : { rows, columns };
    return { cells: cells(view.buffer) as Float32Array, batch, ...shape, transposed };
  };
  return nativeProduct(factor(left, m, k), factor(right, k, n), cells(step.out) as Float32Array);
}

/** Buffers of positions that are known to lie in 0 … bound - 1: permutations, and literals. */
function knownPositions(steps: readonly Step[], { layout, memory, literals }: Place): Map<Buffer, number> {
  const found = new Map<Buffer, number>();
  for (const step of steps) {
    if (step.kind === "draw" && step.population !== undefined) found.set(step.out, step.population);
  }
  for (const buffer of literals) {
    if (buffer.dtype === "float32") continue;
    const positions = cellsOf(buffer, layout.address(buffer), memory);
    let least = 0;
    let most = 0;
    for (const at of positions) {
      least = Math.min(least, at);
      most = Math.max(most, at);
    }
    if (least >= 0) found.set(buffer, most + 1);
  }
  return found;
}

/** Whether a loop reads or writes at a position that may not exist. */
function mayMiss(step: Step, known: ReadonlyMap<Buffer, number>): boolean {
  if (step.kind !== "loop") return false;
  const bounds = new Map<number, number>();
  for (const statement of step.body) {
    if (statement.kind !== "load" || statement.from.indirect !== undefined) continue;
    const bound = known.get(statement.from.buffer);
    if (bound !== undefined) bounds.set(statement.temp, bound);
  }
  const parts = step.body.flatMap(accessesOf).flatMap(({ indirect = [] }) => indirect);
  return parts.some(({ temp, size }) => (bounds.get(temp) ?? Number.POSITIVE_INFINITY) > size);
}

/** A step that is a function of its own. */
export function call(step: Step, place: Place): (base: number) => void {
  const { layout, memory } = place;
  const cells = (buffer: Buffer): Cells => cellsOf(buffer, layout.address(buffer), memory);
  switch (step.kind) {
    case "draw":
      return draw(step, step.inputs.map(cells), cells(step.out), memory);
    case "host": {
      const [inputs, outputs] = [step.inputs.map(cells), step.outputs.map(cells)];
      return () => step.run(inputs, outputs);
    }
    case "matmul": {
      const native = isNative(step) ? nativeMatMul(step, cells) : undefined;
      if (native !== undefined) return native;
      const at = layout.address;
      return multiply(step, memory.floats, at(step.left.buffer), at(step.right.buffer), at(step.out));
    }
    default:
      throw new Error(`a ${step.kind} is not called`);
  }
}
