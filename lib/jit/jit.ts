import { pyroError } from "../errors.ts";
import { Calls } from "./call/calls.ts";
import { Watch } from "./call/watch.ts";
import { JitProgram } from "./explain/jit-program.ts";

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

export function jit<A extends unknown[], R>(fn: (...args: A) => R): Jitted<A, R> {
  if (typeof fn !== "function") {
    throw pyroError({ what: "jit compiles a function", where: "argument fn of jit", got: String(fn) });
  }
  const calls = new Calls(fn as (...args: unknown[]) => unknown, new Watch([fn]));
  const jitted = (...args: A): R => calls.call(args) as R;
  Object.defineProperty(jitted, "name", { value: fn.name });
  return Object.defineProperty(jitted, "program", {
    get: () => new JitProgram(fn.name, calls.program, calls.reason),
  }) as unknown as Jitted<A, R>;
}
