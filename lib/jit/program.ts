/**
 * A compiled step: code over a memory of its own. Whoever runs it puts the sources in (parameters, arguments, host
 * numbers), calls `step`, and reads the outputs; new values of the states stand where the old ones stood.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { drawFunctions } from "../tensor/random/kernels.ts";
import { block, threefry } from "../tensor/random/threefry.ts";
import { opRow } from "./dag/ops.ts";
import { writeJavaScript } from "./emit/javascript.ts";
import { allocate, cellsOf, type Layout, layout, type Memory } from "./emit/layout.ts";
import { multiply } from "./emit/matmul.ts";
import type { Graph, Use, Value } from "./graph.ts";
import { lower } from "./lower/lower.ts";
import { printStep } from "./print.ts";
import { type Scheduled, schedule } from "./schedule/schedule.ts";
import type { Buffer, Cells, Draw, Step } from "./schedule/steps.ts";

/** What is made of a record. */
export interface ProgramOptions {
  /** Which of the record's outputs are wanted (default: all). */
  readonly results?: readonly number[];
  /** Which of the record's outputs must be finite for a step to be taken. */
  readonly checked?: readonly number[];
  /** States besides the assigned variables: sources of the record, and what they become. */
  readonly updates?: readonly { readonly source: Value; readonly use: Use }[];
}

const WORD = 0x1_0000_0000;

export class Program {
  readonly #scheduled: Scheduled;
  readonly #memory: Memory;
  readonly #layout: Layout;
  readonly #step: (base: number) => number;
  readonly #sources = new Map<Value, Cells>();
  readonly #states: readonly Value[];
  readonly #opaque: ReadonlyMap<string, number>;
  /** The generated JavaScript. */
  readonly code: string;
  /** Views of the results: they hold what the last step computed. */
  readonly outputs: readonly Cells[];
  /** Random draws of one step. */
  readonly draws: number;

  constructor(graph: Graph, { results, checked = [], updates = [] }: ProgramOptions = {}) {
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
    this.#memory = allocate(this.#layout.cells);
    for (const { data, buffer } of literals) this.cells(buffer).set(data);
    for (const { value, buffer } of sources) this.#sources.set(value, this.cells(buffer));
    this.outputs = this.#scheduled.outputs.map((buffer) => this.cells(buffer));
    this.draws = graph.draws;

    const outside = new Set([...sources, ...literals].map(({ buffer }) => buffer));
    for (const buffer of this.#scheduled.outputs) outside.add(buffer);
    const source = writeJavaScript(
      steps,
      this.#layout,
      outside,
      ({ kind }) => kind === "matmul" || kind === "draw" || kind === "host",
    );
    this.code = source.text;
    const make = new Function("F", "I", "ops", "calls", "scratch", source.text) as (
      ...parts: unknown[]
    ) => (base: number) => number;
    this.#step = make(
      this.#memory.floats,
      this.#memory.ints,
      source.ops.map((op) => opRow(op).f),
      source.calls.map((step) => this.#call(step)),
      source.scratch.map((size) => new Float64Array(size)),
    );
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
    return this.#step(counter) === 0;
  }

  /** Kernels that run as they are, with how often in a step. */
  get opaque(): ReadonlyMap<string, number> {
    return this.#opaque;
  }

  /** The steps of the program, as people read them. */
  toString(): string {
    return this.#scheduled.steps.map((step) => printStep(step)).join("\n");
  }

  private cells(buffer: Buffer): Cells {
    return cellsOf(buffer, this.#layout.address(buffer), this.#memory);
  }

  #call(step: Step): (base: number) => void {
    switch (step.kind) {
      case "draw":
        return this.#draw(step);
      case "host": {
        const inputs = step.inputs.map((buffer) => this.cells(buffer));
        const outputs = step.outputs.map((buffer) => this.cells(buffer));
        return () => step.run(inputs, outputs);
      }
      case "matmul": {
        const at = this.#layout.address;
        return multiply(step, this.#memory.floats, at(step.left.buffer), at(step.right.buffer), at(step.out));
      }
      default:
        throw new Error(`a ${step.kind} is not called`);
    }
  }

  #draw({ kernel, seed, counter, absolute, population = 0, inputs, out }: Draw): (base: number) => void {
    const row = drawFunctions.get(kernel);
    if (row === undefined) throw new Error(`there is no draw ${kernel}`);
    const [low, high] = seed;
    const given = inputs.map((buffer) => this.cells(buffer));
    const target = this.cells(out);
    return (base) => {
      const at = absolute ? counter : base + counter;
      threefry(low, high, at % WORD, Math.floor(at / WORD));
      row.fill(target, given, block.a, block.b, population);
    };
  }
}
