/**
 * A compiled step: code over a memory of its own. Whoever runs it puts the sources in (parameters, arguments, host
 * numbers), calls `step`, and reads the outputs; new values of the states stand where the old ones stood.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type Allowed, type Code, type Mode, makeCode, type Place } from "./emit/code.ts";
import { allocate, cellsOf, type Layout, layout, type Memory, WRITING } from "./emit/layout.ts";
import type { Graph, Use, Value } from "./graph.ts";
import { lower } from "./lower/lower.ts";
import { printStep } from "./print.ts";
import { type Scheduled, schedule } from "./schedule/schedule.ts";
import type { Buffer, Cells, Step } from "./schedule/steps.ts";

/** What is made of a record. */
export interface ProgramOptions {
  /** Which of the record's outputs are wanted (default: all). */
  readonly results?: readonly number[];
  /** Which of the record's outputs must be finite for a step to be taken. */
  readonly checked?: readonly number[];
  /** Whether long loops and matrix products may be WebAssembly (default: where it is there). */
  readonly webAssembly?: boolean;
  /** Whether code may be made from text (default: where the page allows it). */
  readonly javascript?: boolean;
  /** Bytes of the memory that are left to whoever drives the program (default 0). */
  readonly room?: number;
  /** Whether all steps are to be one function of WebAssembly, where that can be: few calls, and no JavaScript. */
  readonly whole?: boolean;
  /** States besides the assigned variables: sources of the record, and what they become. */
  readonly updates?: readonly { readonly source: Value; readonly use: Use }[];
}

/** What those who explain a program look at. */
export interface Inside {
  readonly steps: readonly Step[];
  readonly place: Place;
  readonly allowed: Allowed;
  readonly code: Code;
  /** Buffers that stand for states and arguments. */
  readonly sources: readonly Buffer[];
  /** Kernels of the record that are computed at each step, with how often. */
  readonly kernels: ReadonlyMap<string, number>;
}

/** Cells of a pair of float64. */
const ALIGNED = 4;

export class Program {
  readonly inside: Inside;
  readonly #scheduled: Scheduled;
  readonly #memory: Memory;
  readonly #layout: Layout;
  readonly #code: Code;
  readonly #sources = new Map<Value, Cells>();
  readonly #states: readonly Value[];
  readonly #opaque: ReadonlyMap<string, number>;
  /** Views of the results: they hold what the last step computed. */
  readonly outputs: readonly Cells[];
  /** Random draws of one step. */
  readonly draws: number;
  /** What is left to whoever drives it; address and length in bytes. */
  readonly room:
    | { readonly memory: WebAssembly.Memory; readonly at: number; readonly bytes: number }
    | undefined;

  constructor(graph: Graph, options: ProgramOptions = {}) {
    const { results, checked = [], updates = [], webAssembly = true, javascript = true } = options;
    const { room = 0, whole = false } = options;
    const lowered = lower(graph);
    const stateOf = (variable: tf.Variable): Value => {
      const known = graph.sources.find(
        ({ origin }) => origin.kind === "state" && origin.variable === variable,
      );
      if (known !== undefined) return known;
      const { shape, dtype, name } = variable;
      return {
        id: -1 - variable.id,
        shape,
        dtype,
        origin: { kind: "state", variable, label: name },
        fixed: false,
      };
    };
    const changed = [
      ...lowered.assigned.map(({ variable, view }) => ({ source: stateOf(variable), view })),
      ...updates.map(({ source, use }) => ({ source, view: lowered.viewOf(use) })),
    ];
    this.#states = changed.map(({ source }) => source);
    this.#opaque = lowered.opaque;
    const outputs = lowered.outputs;
    this.#scheduled = schedule(lowered.builder, {
      outputs: results === undefined ? outputs : results.flatMap((i) => outputs[i] ?? []),
      checked: checked.flatMap((i) => outputs[i] ?? []),
      updates: changed,
    });
    const { steps, buffers, sources, literals } = this.#scheduled;
    this.#layout = layout(buffers);
    const end = ALIGNED * Math.ceil(this.#layout.cells / ALIGNED);
    this.#memory = allocate(end + Math.ceil(room / 4));
    if (room > 0 && webAssembly && this.#memory.wasm !== undefined)
      this.room = { memory: this.#memory.wasm, at: 4 * end, bytes: room };
    for (const { data, buffer } of literals) this.cells(buffer).set(data);
    for (const { value, buffer } of sources) this.#sources.set(value, this.cells(buffer));
    this.outputs = this.#scheduled.outputs.map((buffer) => this.cells(buffer));
    this.draws = graph.draws;

    const outside = new Set([...sources, ...literals].map(({ buffer }) => buffer));
    for (const buffer of this.#scheduled.outputs) outside.add(buffer);
    const place = {
      layout: this.#layout,
      memory: this.#memory,
      outside,
      literals: literals.map(({ buffer }) => buffer),
    };
    const allowed = { webAssembly, javascript, whole };
    const code = makeCode(steps, place, allowed);
    this.#code = code;
    const kernels = new Map<string, number>();
    for (const { kernel, results: folded } of graph.calls)
      if (folded === undefined) kernels.set(kernel, (kernels.get(kernel) ?? 0) + 1);
    const given = sources.map(({ buffer }) => buffer);
    this.inside = { steps, place, allowed, code, sources: given, kernels };
  }

  /** Sources of the record that the program reads. */
  get sources(): IterableIterator<Value> {
    return this.#sources.keys();
  }

  /** The sources that a step changes. */
  get states(): readonly Value[] {
    return this.#states;
  }

  /** Where a source stands in memory; undefined where the program does not need it. */
  cellsOf(source: Value): Cells | undefined {
    return this.#sources.get(source);
  }

  /**
   * Take one step. The counter is that of the random stream before it.
   * @returns whether it was taken: otherwise something was not finite, and the states are as before
   */
  step(counter: number): boolean {
    return this.#code.step(counter) === 0;
  }

  /** `step` as a function of its own: 0 where it was taken. */
  get run(): (counter: number) => number {
    return this.#code.step;
  }

  /** Whether a step was cut off while it wrote the states: they are neither those before nor those after it. */
  get torn(): boolean {
    return this.#memory.ints[WRITING] !== 0;
  }

  /** The states are whole again: somebody has put them back. */
  mended(): void {
    this.#memory.ints[WRITING] = 0;
  }

  /** Kernels that run as they are, with how often in a step. */
  get opaque(): ReadonlyMap<string, number> {
    return this.#opaque;
  }

  /** What runs the steps. */
  get mode(): Mode {
    return this.#code.mode;
  }

  /** The generated JavaScript. */
  get code(): string {
    return this.#code.text;
  }

  /** The steps of the program, as people read them. */
  toString(): string {
    const { steps } = this.#scheduled;
    return steps
      .filter((step) => step.kind !== "check" || step.buffers.length > 0)
      .map((step) => `${this.#code.wasmSteps.has(step) ? "wasm " : ""}${printStep(step)}`)
      .join("\n");
  }

  private cells(buffer: Buffer): Cells {
    return cellsOf(buffer, this.#layout.address(buffer), this.#memory);
  }
}
