/** All that may be registered as a module, and where it reads its weights. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { isLayers, type LayersLike, layerWeights } from "./layers-weights.ts";
import type { HasParameters } from "./module.ts";
import { type Slot, slotOf } from "./slot.ts";

/** A module, a flow, anything else that names its variables; a model or a layer of `tf.layers`. */
export type Network = HasParameters | LayersLike;

export interface Weight {
  /** Path in the network: `layers.0.weight`. */
  readonly path: string;
  /** Every field that reads it; a weight that two layers share has several. */
  readonly slots: readonly [Slot, ...Slot[]];
}

export function isNetwork(x: unknown): x is Network {
  return hasParameters(x) || isLayers(x);
}

function hasParameters(x: unknown): x is HasParameters {
  if (typeof x !== "object" || x === null) return false;
  return typeof (x as Partial<HasParameters>).namedParameters === "function";
}

/**
 * The weights of a network, in the order of its parameters.
 * @throws if a path stands for two weights, or a weight is not in a field that can be found
 */
export function weightsOf(network: Network): Weight[] {
  const fields = new Map<tf.Variable, [object, string][]>();
  collect(network, fields, new Set());
  const paths = new Set<string>();
  return named(network).map(([path, variable]) => {
    if (paths.has(path)) throw twice(path);
    paths.add(path);
    const [first, ...rest] = (fields.get(variable) ?? []).map(([holder, key]) =>
      slotOf(holder, key, variable),
    );
    if (first === undefined) throw outOfReach(path);
    return { path, slots: [first, ...rest] };
  });
}

function named(network: Network): [string, tf.Variable][] {
  if (hasParameters(network)) return network.namedParameters();
  return layerWeights(network).map(({ path, variable }) => [path, variable]);
}

/** Fields of modules, flows, layers, and of the lists and plain objects in them. */
function collect(value: unknown, fields: Map<tf.Variable, [object, string][]>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const add = (holder: object, key: string, variable: tf.Variable) => {
    fields.set(variable, [...(fields.get(variable) ?? []), [holder, key]]);
  };
  if (isLayers(value)) {
    for (const { holder, variable } of layerWeights(value)) add(holder, "val", variable);
    return;
  }
  if (!Array.isArray(value) && !hasParameters(value) && !isPlain(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (item instanceof tf.Variable) add(value, key, item);
    else collect(item, fields, seen);
  }
}

function isPlain(x: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

function twice(path: string): Error {
  return pyroError({
    what: `Two weights of a network have the path "${path}"`,
    expected: "namedParameters to give each variable a path of its own",
    try: "rename one of the fields",
  });
}

function outOfReach(path: string): Error {
  return pyroError({
    what: `The weight "${path}" of a network is not in a field that can be found`,
    expected: "variables in fields of the network, or of modules, lists and plain objects in its fields",
    try: "private in place of #: a field whose name begins with # can be seen by its class alone",
  });
}
