/**
 * What objects of the host's and of tfjs's hold of other people's: members that were put on them (`Math.calls = 0`, a
 * number put on a tensor), and the environment, in which a whole process can write.
 */
import * as tf from "@tensorflow/tfjs-core";
import { textOf } from "../call/names.ts";
import { isProxy } from "./proxy.ts";

export type Member = readonly [key: string | symbol, value: unknown];

const TENSORS_OWN = new Set<string | symbol>(
  (
    "kept isDisposedInternal shape dtype size strides dataId id rankType scopeId " +
    // Of variables.
    "trainable name"
  ).split(" "),
);

const host = globalThis as { readonly process?: { readonly env?: Record<string, string> } };
const NONE: readonly Member[] = [];

export function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === "object" && value !== null && !isProxy(value) && value instanceof tf.Tensor;
}

/** What somebody has put on a tensor. */
export function membersOnTensor(tensor: tf.Tensor): readonly Member[] {
  let found: Member[] | undefined;
  for (const key of Reflect.ownKeys(tensor)) {
    if (TENSORS_OWN.has(key)) continue;
    found ??= [];
    found.push([key, Object.getOwnPropertyDescriptor(tensor, key)?.value]);
  }
  return found ?? NONE;
}

/** The tensors on which somebody has put something, among these and in their lists and objects. */
export function tensorsWithMembers(values: readonly unknown[]): tf.Tensor[] {
  return values.flatMap((value): tf.Tensor[] => {
    if (isTensor(value)) return membersOnTensor(value) === NONE ? [] : [value];
    if (typeof value !== "object" || value === null || isProxy(value) || ArrayBuffer.isView(value)) return [];
    if (Array.isArray(value)) return tensorsWithMembers(value);
    return Object.getPrototypeOf(value) === Object.prototype ? tensorsWithMembers(Object.values(value)) : [];
  });
}

/** Objects like `Math`, `console` and `process`, which nobody else makes. */
export function isHosts(object: object): boolean {
  if (isProxy(object)) return false;
  if (object === host.process || object === host.process?.env) return true;
  const tag = (object as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && Object.getOwnPropertyDescriptor(globalThis, tag)?.value === object;
}

/** What somebody has put on such an object, and the environment. */
export function membersOnHosts(object: object): readonly Member[] {
  const isProcess = object === host.process;
  const found: Member[] = [];
  for (const key of Object.keys(object)) {
    // Node's own members of the process begin like this, and count its listeners.
    if (isProcess && key.startsWith("_")) continue;
    const { value } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    if (isSimple(value)) found.push([key, value]);
  }
  const { env } = isProcess ? (host.process ?? {}) : {};
  return env === undefined ? found : [...found, ...Object.entries(env)];
}

/** A function of a WebAssembly module: they are called by their numbers. What it keeps nobody can see. */
export function isWebAssembly(f: object): boolean {
  const { name } = f as { name?: unknown };
  return typeof name === "string" && /^\d+$/.test(name) && /\{\s*\[native code\]\s*\}$/.test(textOf(f));
}

function isSimple(value: unknown): boolean {
  return (
    value !== undefined && ((typeof value !== "object" && typeof value !== "function") || value === null)
  );
}
