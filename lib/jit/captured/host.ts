/**
 * What objects of the host's and of tfjs's hold of other people's: members that were put on them (`Math.calls = 0`, a
 * number put on a tensor), and the environment, in which a whole process can write.
 */
import * as tf from "@tensorflow/tfjs-core";
import { textOf } from "../call/names.ts";
import { isStatefulClass } from "./of-node.ts";
import { isProxy } from "./proxy.ts";

export type Member = readonly [key: string | symbol, value: unknown];

const TENSORS_OWN = new Set<string | symbol>(
  (
    "kept isDisposedInternal shape dtype size strides dataId id rankType scopeId " +
    // Of variables; a record listens to the last.
    "trainable name assign"
  ).split(" "),
);

const host = globalThis as { readonly process?: { readonly env?: Record<string, string> } };
const NONE: readonly Member[] = [];

export function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === "object" && value !== null && !isProxy(value) && value instanceof tf.Tensor;
}

/** What somebody has put on a tensor, or on one of the objects that every tensor has. */
export function membersOnTensor(tensor: tf.Tensor): readonly Member[] {
  let found: Member[] | undefined;
  const look = (object: object, isOwn: (key: string | symbol) => boolean) => {
    for (const key of Reflect.ownKeys(object)) {
      if (isOwn(key)) continue;
      found ??= [];
      found.push([key, Object.getOwnPropertyDescriptor(object, key)?.value]);
    }
  };
  look(tensor, (key) => TENSORS_OWN.has(key));
  look(tensor.dataId, (key) => key === "id");
  for (const list of [tensor.shape, tensor.strides]) look(list, isPosition);
  return found ?? NONE;
}

/** Whether a key of an array is one of those that every array has. */
export const isPosition = (key: string | symbol): boolean =>
  typeof key === "string" && /^(?:\d+|length)$/.test(key);

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

/**
 * Numbers, texts and the like that stand in an object of another author. Those that change are somebody else's, for what a
 * library keeps for itself it keeps deeper.
 */
export function simpleMembers(object: object): readonly Member[] {
  return Reflect.ownKeys(object).flatMap((key): Member[] => {
    const { enumerable, value } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    return enumerable === true && isSimple(value) ? [[key, value]] : [];
  });
}

/** The same of a function and of what its objects inherit. */
export function simpleMembersOfFunction(f: object): readonly Member[] {
  const { prototype } = f as { prototype?: unknown };
  const inherited = typeof prototype === "object" && prototype !== null ? simpleMembers(prototype) : [];
  return [...simpleMembers(f), ...inherited];
}

const OF_JAVASCRIPT =
  /^(?:Object|Map|Set|Date|RegExp|Promise|Function|Number|String|Boolean|Symbol|BigInt|Weak(?:Map|Set|Ref)|(?:Shared)?ArrayBuffer|DataView|\w*(?:Array|Error))$/;

/** A class of JavaScript's own: what its objects have as members, somebody else has put there. */
export function isOfJavaScript(maker: unknown): boolean {
  if (typeof maker !== "function" || !OF_JAVASCRIPT.test(maker.name)) return false;
  return (globalThis as Record<string, unknown>)[maker.name] === maker;
}

/** An object of one of the host's classes, such as `Headers`: it may hold anything. (A URL is looked into.) */
export function isHostMade(object: object): boolean {
  for (let p = Object.getPrototypeOf(object) as object | null; p !== null; p = Object.getPrototypeOf(p)) {
    const maker = Object.getOwnPropertyDescriptor(p, "constructor")?.value as unknown;
    if (typeof maker !== "function") continue;
    if (isStatefulClass(maker)) return true;
    const { name } = maker;
    if (isOfJavaScript(maker) || /^(?:URL|Iterator|DisposableStack)/.test(name)) continue;
    if (Object.hasOwn(globalThis, name) && (globalThis as Record<string, unknown>)[name] === maker)
      return true;
  }
  return false;
}

function isSimple(value: unknown): boolean {
  return (
    value !== undefined && ((typeof value !== "object" && typeof value !== "function") || value === null)
  );
}
