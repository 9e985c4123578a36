/**
 * Random draws as functions of the step's counter: the same numbers as the eager kernels make of the same counters,
 * by vector code where there are enough of them.
 */
import { drawFunctions } from "../../tensor/random/kernels.ts";
import { block, threefry } from "../../tensor/random/threefry.ts";
import type { Cells, Draw, Step } from "../schedule/steps.ts";
import { compileFills, compileSingles, type Fill, type Fills, type Singles } from "../wasm/index.ts";
import type { Layout, Memory } from "./layout.ts";

const WORD = 0x1_0000_0000;
/** Draws of this many numbers are worth a call of vector code. */
const LEAST_FILL = 4;
/** So many draws of one number each are worth to be made together. */
const LEAST_SINGLES = 4;
const fills = new WeakMap<WebAssembly.Memory, Fills | undefined>();

/** The draw of many numbers as vector code, where there is some. */
function vectorFill(kernel: string, size: number, { wasm }: Memory): Fill | undefined {
  if (wasm === undefined || size < LEAST_FILL) return undefined;
  if (kernel !== "TspyroNormal" && kernel !== "TspyroUniform") return undefined;
  if (!fills.has(wasm)) fills.set(wasm, compileFills(wasm));
  const made = fills.get(wasm);
  return kernel === "TspyroNormal" ? made?.normal : made?.uniform;
}

export function draw(
  { kernel, seed, counter, absolute, population = 0 }: Draw,
  inputs: readonly Cells[],
  out: Cells,
  memory: Memory,
): (base: number) => void {
  const row = drawFunctions.get(kernel);
  if (row === undefined) throw new Error(`there is no draw ${kernel}`);
  const [low, high] = seed;
  const fill = vectorFill(kernel, out.length, memory);
  if (fill !== undefined) {
    return (base) => {
      const at = absolute ? counter : base + counter;
      threefry(low, high, at % WORD, Math.floor(at / WORD));
      fill(out.byteOffset / 4, out.length, block.a, block.b);
    };
  }
  return (base) => {
    const at = absolute ? counter : base + counter;
    // (The remainder of floats is a call.)
    const highWord = Math.floor(at / WORD);
    threefry(low, high, at - highWord * WORD, highWord);
    row.fill(out, inputs, block.a, block.b, population);
  };
}

/**
 * Runs of draws of one number each, with one counter after the other, become one call: it stands for the first of
 * them, and the others leave the list.
 */
export function batchDraws(
  steps: readonly Step[],
  { layout, memory }: { readonly layout: Layout; readonly memory: Memory },
): { merged: readonly Step[]; batches: ReadonlyMap<Step, (base: number) => void> } {
  const batches = new Map<Step, (base: number) => void>();
  const { wasm } = memory;
  if (wasm === undefined) return { merged: steps, batches };
  const merged: Step[] = [];
  let singles: ReturnType<typeof compileSingles>;
  for (let i = 0; i < steps.length; ) {
    const run = runFrom(steps, i, layout);
    merged.push(steps[i] as Step);
    i += Math.max(1, run.length);
    const [first] = run;
    if (first === undefined || run.length < LEAST_SINGLES) {
      merged.push(...run.slice(1));
      continue;
    }
    singles ??= compileSingles(wasm);
    const make = first.kernel === "TspyroNormal" ? singles?.normal : singles?.uniform;
    if (make === undefined) merged.push(...run.slice(1));
    else batches.set(first, together(run, make, layout, memory));
  }
  return { merged, batches };
}

/** The draws from position `at` on that can be made as one. */
function runFrom(steps: readonly Step[], at: number, { address }: Layout): Draw[] {
  const run: Draw[] = [];
  for (let i = at; i < steps.length; i++) {
    const step = steps[i] as Step;
    const single =
      step.kind === "draw" &&
      step.out.size === 1 &&
      !step.absolute &&
      (step.kernel === "TspyroNormal" || step.kernel === "TspyroUniform");
    if (!single) return run;
    const [first] = run;
    const follows =
      first === undefined ||
      (step.kernel === first.kernel &&
        step.seed[0] === first.seed[0] &&
        step.seed[1] === first.seed[1] &&
        step.counter === first.counter + run.length &&
        address(step.out) === address(first.out) + run.length);
    if (!follows) return run;
    run.push(step);
  }
  return run;
}

/** The vector code writes up to three cells too many: what stands there is put back. */
function together(
  run: readonly Draw[],
  make: Singles,
  { address }: Layout,
  memory: Memory,
): (base: number) => void {
  const [first] = run as [Draw];
  const { ints } = memory;
  const start = address(first.out);
  const count = run.length;
  const end = start + count;
  const [s0, s1] = first.seed;
  const row = drawFunctions.get(first.kernel);
  return (base) => {
    const at = base + first.counter;
    const [low, high] = [at % WORD, Math.floor(at / WORD)];
    if (low + count > WORD) {
      // The low word of the counter overflows on the way.
      run.forEach((one, i) => {
        threefry(s0, s1, (at + i) % WORD, Math.floor((at + i) / WORD));
        row?.fill(
          memory.floats.subarray(start + i, start + i + 1),
          [],
          block.a,
          block.b,
          one.population ?? 0,
        );
      });
      return;
    }
    const [x, y, z] = [ints[end] as number, ints[end + 1] as number, ints[end + 2] as number];
    make(start, count, s0, s1, low, high);
    ints[end] = x;
    ints[end + 1] = y;
    ints[end + 2] = z;
  };
}
