import * as tf from "@tensorflow/tfjs-core";
import { capturedBy, changedCapture, writesOutside } from "../../jit/captured/captured.ts";
import { Refusal } from "../../jit/refusal.ts";
import { difference } from "../../jit/verify.ts";
import { nameOwnFunctions } from "../compiled/library.ts";
import { scoped } from "../gradients.ts";
import { CompiledPotential } from "./compiled-potential.ts";
import { type LogDensity, recorded } from "./density-record.ts";

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
  /** Where trajectories can be computed beside it; undefined where they cannot. */
  readonly room?: Room | undefined;
}

/** A stretch of the memory that a potential is computed in, which is somebody else's. Addresses are in bytes. */
export interface Room {
  readonly memory: WebAssembly.Memory;
  readonly at: number;
  readonly bytes: number;
  /** Float32: where a step reads the vector, and where it leaves the potential and its gradient. */
  readonly latent: number;
  readonly value: number;
  readonly gradient: number;
  /** Computes it: anything but 0 says that it is not a number. */
  readonly step: () => number;
}

/**
 * The potential of a log-density, compiled where that is possible.
 * @param programs the user's functions that it calls
 * @param at a point to record it at
 * @param known the potential of an earlier run, which is taken again where it still stands for the log-density, and
 * disposed of where not
 * @param room bytes of a compiled one's memory that are wanted beside it, for trajectories
 */
export function potentialOf(
  logDensity: LogDensity,
  at: Float64Array,
  programs: readonly unknown[],
  compile: "auto" | boolean,
  known?: Potential,
  room = 0,
): Potential {
  if (compile !== false && known instanceof CompiledPotential && known.again(logDensity, at, programs))
    return known;
  known?.dispose();
  const eager = (reason: string) => new EagerPotential(logDensity, at.length, reason);
  if (compile === false) return eager("compile is false");
  nameOwnFunctions();
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
    const potential = new CompiledPotential(logDensity, at, one.graph, programs, after, room);
    other.graph.dispose();
    return potential;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(error.message);
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
