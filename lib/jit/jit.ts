import { pyroError } from "../errors.ts";
import { Calls } from "./call/calls.ts";
import { Watch } from "./call/watch.ts";
import { JitProgram } from "./explain/jit-program.ts";

/** A function that `jit` has taken in hand. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): R;
  /** What became of the function at its last call. */
  readonly program: JitProgram;
}

/**
 * Compile a function of tensors. Its first call is recorded, the second is recorded and compared, and from then on a
 * program stands for it, one for each structure of arguments: shapes, types, numbers and other plain values. Arguments
 * and results are tensors, or arrays and plain objects of tensors and plain values. Variables, parameters and the
 * random stream are read before and written after each call.
 *
 * What the function has captured, and what the functions that it calls have captured, is looked at before each call:
 * numbers, tensors, lists, typed arrays, objects with their classes, functions. Where one is another than before, the
 * call is recorded anew. Private fields, weak maps, proxies and what a function is bound to are looked at too, which
 * costs some tens of microseconds each. What nobody can look into (the state of packages; in a browser every closure)
 * makes the first call of each turn of the event loop a recorded one, so that a change is seen then, but not earlier.
 * What a call does besides computing, such as printing, is done while it is recorded only.
 *
 * What cannot be compiled runs as it is (`program.reason` says why). A call frees what the function makes and does not
 * return, as `tf.tidy` does. Inside of another compiled function, of a gradient or of effect handlers it runs as it is:
 * compile `jit(tf.grad(f))`, not `tf.grad(jit(f))`.
 *
 * @throws where `fn` is no function, or returns a promise
 *
 * @example
 * const step = jit((x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.tanh(tf.matMul(x, w))));
 * step(x, w);
 * step.program.explain(); // once it was called twice
 */
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
