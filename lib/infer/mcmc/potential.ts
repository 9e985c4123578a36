import * as tf from "@tensorflow/tfjs-core";
import {
  type Captured,
  capturedBy,
  changedCapture,
  listening,
  writesOutside,
} from "../../jit/captured/captured.ts";
import type { Graph } from "../../jit/graph.ts";
import { Program as CompiledProgram } from "../../jit/program.ts";
import { record } from "../../jit/record/record.ts";
import { Refusal } from "../../jit/refusal.ts";
import { difference } from "../../jit/verify.ts";
import { scoped } from "../gradients.ts";

/** Minus a log-density and its gradient, of a vector in float64; computed in float32. */
export interface Potential {
  readonly size: number;
  /** Why it is not compiled; undefined where it is. */
  readonly reason: string | undefined;
  /** @returns the potential at `q`, in nats; writes its gradient */
  evaluate(q: Float64Array, gradient: Float64Array): number;
  /** Whether it still is what it was; undefined if so, else why not. To be asked after other code has run. */
  changed(): string | undefined;
  dispose(): void;
}

type LogDensity = (latent: tf.Tensor) => tf.Scalar;

/**
 * The potential of a log-density, compiled where that is possible.
 * @param programs the user's functions that it calls
 * @param at a point to record it at
 */
export function potentialOf(
  logDensity: LogDensity,
  at: Float64Array,
  programs: readonly unknown[],
  compile: "auto" | boolean,
): Potential {
  const eager = (reason: string) => new EagerPotential(logDensity, at.length, reason);
  if (compile === false) return eager("compile is false");
  const before = capturedBy(programs);
  const take = () => recorded(logDensity, at, programs, before);
  const [one, other] = [take(), take()];
  const refuse = (reason: string) => {
    one.graph?.dispose();
    other.graph?.dispose();
    return eager(reason);
  };
  if (one.graph === undefined || other.graph === undefined) return refuse(one.reason ?? other.reason ?? "");
  const differs = difference(one.graph, other.graph);
  if (differs !== undefined) return refuse(differs);
  const after = capturedBy(programs);
  const changed = after === undefined ? writesOutside(programs) : changedCapture(before, after);
  if (changed !== undefined)
    return refuse(`the model changes the variable "${changed}" as it runs, which a compiled one would not`);
  if (one.graph.draws > 0) return refuse("the model draws random numbers besides its sites");
  try {
    const potential = new CompiledPotential(logDensity, at, one.graph, programs, after);
    other.graph.dispose();
    return potential;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(error.message);
  }
}

function recorded(
  logDensity: LogDensity,
  at: Float64Array,
  programs: readonly unknown[],
  captured: Captured | undefined,
): { graph: Graph | undefined; reason: string | undefined } {
  return scoped(() => {
    const latent = tf.tensor1d(Float32Array.from(at));
    const made = listening(programs, captured, () =>
      record([latent], () => {
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.neg(logDensity(x)))(latent);
        return { result: undefined, outputs: [value, grad] };
      }),
    );
    return { graph: made.graph, reason: made.graph === undefined ? made.reason : undefined };
  });
}

class CompiledPotential implements Potential {
  readonly size: number;
  readonly reason = undefined;
  readonly #logDensity: LogDensity;
  readonly #at: Float64Array;
  readonly #graph: Graph;
  readonly #programs: readonly unknown[];
  readonly #captured: Captured | undefined;
  readonly #program: CompiledProgram;
  readonly #latent: Float32Array;
  readonly #value: Float32Array;
  readonly #gradient: Float32Array;

  constructor(
    logDensity: LogDensity,
    at: Float64Array,
    graph: Graph,
    programs: readonly unknown[],
    captured: Captured | undefined,
  ) {
    this.size = at.length;
    this.#logDensity = logDensity;
    this.#at = at.slice();
    this.#graph = graph;
    this.#programs = programs;
    this.#captured = captured;
    this.#program = new CompiledProgram(graph);
    const argument = graph.sources.find(({ origin }) => origin.kind === "argument");
    const cells = argument === undefined ? undefined : this.#program.cellsOf(argument);
    this.#latent = (cells ?? new Float32Array(at.length)) as Float32Array;
    const [value, gradient] = this.#program.outputs;
    this.#value = value as Float32Array;
    this.#gradient = gradient as Float32Array;
    for (const source of this.#program.sources) {
      if (source.origin.kind === "state")
        this.#program.cellsOf(source)?.set(source.origin.variable.dataSync() as Float32Array);
    }
  }

  evaluate(q: Float64Array, gradient: Float64Array): number {
    const [latent, slope] = [this.#latent, this.#gradient];
    for (let i = 0; i < q.length; i++) latent[i] = q[i] as number;
    if (!this.#program.step(0)) return Number.NaN;
    for (let i = 0; i < q.length; i++) gradient[i] = slope[i] as number;
    return this.#value[0] as number;
  }

  changed(): string | undefined {
    const captured = capturedBy(this.#programs);
    const variable = changedCapture(this.#captured, captured);
    if (variable !== undefined) return `the variable "${variable}" was changed`;
    const { graph, reason } = recorded(this.#logDensity, this.#at, this.#programs, captured);
    if (graph === undefined) return reason;
    const differs = difference(this.#graph, graph);
    graph.dispose();
    return differs;
  }

  dispose(): void {
    this.#graph.dispose();
  }
}

class EagerPotential implements Potential {
  readonly size: number;
  readonly reason: string;
  readonly #logDensity: LogDensity;

  constructor(logDensity: LogDensity, size: number, reason: string) {
    this.#logDensity = logDensity;
    this.size = size;
    this.reason = reason;
  }

  evaluate(q: Float64Array, gradient: Float64Array): number {
    return scoped(() => {
      const latent = tf.tensor1d(Float32Array.from(q));
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.neg(this.#logDensity(x)))(latent);
      gradient.set(grad.dataSync());
      return value.dataSync()[0] ?? Number.NaN;
    });
  }

  changed(): undefined {
    return undefined;
  }

  dispose(): void {}
}
