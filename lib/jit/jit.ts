import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { isRecording, surroundings } from "../tensor/index.ts";
import { eagerly } from "./call/results.ts";
import { Stage } from "./call/stage.ts";
import { type Flat, flatten } from "./call/tree.ts";
import { Watch } from "./call/watch.ts";
import { Refusal } from "./refusal.ts";

/** Structures of arguments that one function is compiled for; more, and it is left alone. */
const MOST_STAGES = 32;

/**
 * Compile a function of tensors. Its first call is recorded, the second is recorded and compared, and from then on a
 * program stands for it, one for each structure of arguments: shapes, types, numbers and other plain values. Arguments
 * and results are tensors, or arrays and plain objects of tensors and plain values. Variables, parameters and the
 * random stream are read before and written after each call; tensors and numbers that it has captured are constants,
 * and a change of them is noticed.
 *
 * What cannot be compiled runs as it is (`program.reason` says why). A call frees what the function makes and does not
 * return, as `tf.tidy` does. Inside of another compiled function, of a gradient or of effect handlers it runs as it is:
 * compile `jit(tf.grad(f))`, not `tf.grad(jit(f))`.
 *
 * @example
 * const step = jit((x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.tanh(tf.matMul(x, w))));
 * step(x, w);
 * String(step.program); // once it was called twice
 */
export interface Jitted<A extends unknown[], R> {
  (...args: A): R;
  /** What became of the function at its last call. */
  readonly program: JitProgram;
}

export interface JitProgram {
  /** Whether calls like the last one are compiled. */
  readonly compiled: boolean;
  /** Why not, in one sentence. */
  readonly reason: string | undefined;
  /** The steps of the program. */
  toString(): string;
}

export function jit<A extends unknown[], R>(fn: (...args: A) => R): Jitted<A, R> {
  if (typeof fn !== "function") {
    throw pyroError({ what: "jit compiles a function", where: "argument fn of jit", got: String(fn) });
  }
  const calls = new Calls(fn as (...args: unknown[]) => unknown);
  const jitted = (...args: A): R => calls.call(args) as R;
  Object.defineProperty(jitted, "name", { value: fn.name });
  return Object.defineProperty(jitted, "program", { get: () => calls.program }) as unknown as Jitted<A, R>;
}

class Calls {
  readonly #fn: (...args: unknown[]) => unknown;
  readonly #watch: Watch;
  readonly #stages = new Map<string, Stage>();
  #reason: string | undefined = "it was not called yet";
  #last: Stage | undefined;

  constructor(fn: (...args: unknown[]) => unknown) {
    this.#fn = fn;
    this.#watch = new Watch([fn]);
  }

  get program(): JitProgram {
    const program = this.#last?.program;
    const reason = this.#last === undefined ? this.#reason : this.#last.reason;
    return {
      compiled: program !== undefined,
      reason,
      toString: () => (program === undefined ? `not compiled: ${reason}` : program.program.toString()),
    };
  }

  call(args: readonly unknown[]): unknown {
    const plainly = runsPlainly();
    if (plainly !== undefined) {
      this.#note(plainly);
      return this.#fn(...args);
    }
    let flat: Flat;
    try {
      flat = flatten(args, "an argument");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#plainly(args, error.message);
    }
    let stage = this.#stages.get(flat.key);
    if (stage === undefined) {
      if (this.#stages.size >= MOST_STAGES) return this.#plainly(args, TOO_MANY);
      stage = new Stage(this.#fn, this.#watch);
      this.#stages.set(flat.key, stage);
    }
    this.#last = stage;
    return stage.call(flat);
  }

  #note(reason: string): void {
    this.#last = undefined;
    this.#reason = reason;
  }

  #plainly(args: readonly unknown[], reason: string): unknown {
    this.#note(reason);
    const given = args.filter((arg) => arg instanceof tf.Tensor);
    return eagerly(given, () => this.#fn(...args));
  }
}

const TOO_MANY =
  `its arguments have more than ${MOST_STAGES} structures: pass numbers that change as scalar tensors (tf.scalar(x)), ` +
  "and data as tensors of few shapes";

/** Why a call is none of the compiler's business. */
function runsPlainly(): string | undefined {
  if (isRecording())
    return "it was called inside of something that is being compiled, and is compiled with that";
  const { gradientDepth } = tf.engine().state;
  if (gradientDepth > 0)
    return "it was called inside of a gradient, which needs each of its kernels: compile the gradient, jit(tf.grad(f))";
  if (surroundings().handlers > 0)
    return "it was called under effect handlers, which are to see each of its sites";
  return undefined;
}
