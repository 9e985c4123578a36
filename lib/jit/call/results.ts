import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";

/**
 * Call a function in a scope of its own: what it makes and does not return is freed, as in `tf.tidy`. What it hands
 * through of what it was given is returned as a tensor of its own, so that the caller may dispose one and keep the other.
 */
export function eagerly(given: readonly tf.Tensor[], f: () => unknown): unknown {
  const outside = new Set(given.map(({ id }) => id));
  let value: unknown;
  tf.tidy(() => {
    value = owned(refusePromise(f()), outside);
    return value as tf.TensorContainer;
  });
  return value;
}

function owned(value: unknown, outside: ReadonlySet<number>): unknown {
  if (value instanceof tf.Tensor) return outside.has(value.id) ? tf.clone(value) : value;
  if (Array.isArray(value)) return value.map((item) => owned(item, outside));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, owned(item, outside)]));
}

export function refusePromise<T>(result: T): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") return result;
  void Promise.resolve(result).catch(() => {});
  throw pyroError({
    what: "The function returned a Promise",
    where: "jit",
    expected: "a plain synchronous function, which can be recorded from its start to its end",
    try: "await the data first and pass it as an argument",
  });
}
