import * as tf from "@tensorflow/tfjs-core";
import { isRecording, surroundings } from "../../tensor/index.ts";
import { Refusal } from "../refusal.ts";
import type { CallProgram } from "./call-program.ts";
import { eagerly } from "./results.ts";
import { Stage } from "./stage.ts";
import { type Flat, flatten } from "./tree.ts";
import type { Watcher } from "./watch.ts";

/** Structures of arguments that one function is compiled for; more, and it is left alone. */
const MOST_STAGES = 32;

/** All calls of one function: by the structure of the arguments, each with its own program. */
export class Calls {
  readonly #fn: (...args: unknown[]) => unknown;
  readonly #watch: Watcher;
  readonly #stages = new Map<string, Stage>();
  #reason: string | undefined = "it was not called yet";
  #last: Stage | undefined;

  constructor(fn: (...args: unknown[]) => unknown, watch: Watcher) {
    this.#fn = fn;
    this.#watch = watch;
  }

  /** The program of calls like the last one. */
  get program(): CallProgram | undefined {
    return this.#last?.program;
  }

  /** Why calls like the last one are not compiled. */
  get reason(): string | undefined {
    return this.#last === undefined ? this.#reason : this.#last.reason;
  }

  /** The same where it will not be tried again. */
  get refusal(): string | undefined {
    return this.#last === undefined ? this.#reason : this.#last.refusal;
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
    return stage.call(args, flat);
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
