/**
 * `module`: a network whose weights are parameters.
 *
 * A weight is asked for by `param` like any other parameter, so handlers act on it. What is returned is the network seen
 * with the values that `param` gave; nothing is copied. The network that was passed in computes with the stored
 * parameters from then on, as in Pyro, for programs that register it and then use it directly; when the parameters are
 * gone (a cleared store, a cell that is run again) its own weights, as they were made, speak again.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Slot } from "../nn/slot.ts";
import { viewOf } from "../nn/view.ts";
import { isNetwork, type Network, type Weight, weightsOf } from "../nn/weights.ts";
import { getParamStore } from "../params/global.ts";
import { sameShape, showShape } from "../tensor/index.ts";
import { claim } from "./module-claims.ts";
import { checkName } from "./name.ts";
import { param } from "./param.ts";

export interface ModuleSettings {
  /** Tags by which parameters are grouped; `default` by default. */
  tags?: string | Iterable<string> | undefined;
  /** Also copies the values into the network's own variables, drawn ones too. `false` by default. */
  updateModuleParams?: boolean | undefined;
}

/** Between a module's name and the path of a weight. */
export const DIVIDER = "$$$";

/**
 * Registers every weight of a network as the parameter `name$$$path`: `net$$$layers.0.weight`.
 *
 *     const decoder = module("decoder", net);     // in a model or guide
 *     const image = decoder.call(z);
 *
 * Of `tf.layers` the trainable weights are registered. Their initial values and dropout come from tfjs, which knows
 * nothing of `setRngSeed`: give the initializers a seed (`tf.initializers.glorotUniform({ seed: 1 })`).
 *
 * @param nnModule an `nn.Module`, a flow, a `tf.LayersModel`; its present weights are the initial values
 * @returns the network with the values that `param` gave, for as long as these live: in a model or guide, during a step
 * @throws if it is no network or has no weights yet, if a parameter exists with another shape, if two networks take
 * turns under one name, or for a name with `$$$` in it
 */
export function module<N extends Network>(name: string, nnModule: N, settings: ModuleSettings = {}): N {
  const weights = checkedWeights("module", name, nnModule);
  const values = weights.map((weight) => register(`${name}${DIVIDER}${weight.path}`, weight, settings));
  if (values.some(({ stored }) => stored)) claim(name, nnModule, values[0]?.fullName as string);
  return viewOf(nnModule, new Map(values.flatMap(({ slots, read }) => slots.map((slot) => [slot, read]))));
}

/** @throws if the arguments cannot be registered */
export function checkedWeights(primitive: string, name: string, network: unknown): Weight[] {
  checkName(primitive, name);
  if (name.includes(DIVIDER)) {
    throw pyroError({
      what: `The name of a module may not have ${DIVIDER} in it`,
      where: `${primitive}("${name}")`,
      expected: `a name without ${DIVIDER}, which stands between it and the paths of its weights`,
      got: `"${name}"`,
      try: `"${name.replaceAll(DIVIDER, ".")}"`,
    });
  }
  if (!isNetwork(network)) {
    throw pyroError({
      what: `${primitive} needs a network as its second argument`,
      where: `${primitive}("${name}")`,
      expected: "an nn.Module, a flow, or a model of tf.layers",
      got: typeof network === "function" ? `the function ${network.name}`.trimEnd() : String(network),
      try: "for a single tensor: param(name, init)",
    });
  }
  return weightsOf(network);
}

interface Registered {
  readonly fullName: string;
  readonly slots: readonly Slot[];
  /** Whether the value is the stored parameter's: no handler put another in its place. */
  readonly stored: boolean;
  readonly read: () => tf.Tensor;
}

function register(fullName: string, { slots }: Weight, settings: ModuleSettings): Registered {
  const { own } = slots[0];
  const value = param(fullName, () => initial(fullName, own), { tags: settings.tags });
  const stored = getParamStore().paramName(value) === fullName;
  if (!sameShape(value.shape, own.shape)) throw otherShape(fullName, value, own, stored);
  if (settings.updateModuleParams === true) tf.tidy(() => own.assign(tf.clone(value)));
  for (const slot of slots) {
    if (stored) slot.standIn = () => storedValue(fullName, own.shape);
    else if (settings.updateModuleParams === true) slot.release();
  }
  const read = () => {
    if (!value.isDisposed) return value;
    const lives = stored ? storedValue(fullName, own.shape) : undefined;
    if (lives === undefined) throw gone(fullName);
    return lives;
  };
  return { fullName, slots, stored, read };
}

/** The stored variable itself: it outlives the step, and gradients reach it. */
function storedValue(fullName: string, shape: readonly number[]): tf.Tensor | undefined {
  const store = getParamStore();
  if (!store.has(fullName)) return undefined;
  const isReal = store.getConstraint(fullName).kind === "real";
  const value = isReal ? store.getUnconstrained(fullName) : store.get(fullName);
  return value !== undefined && sameShape(value.shape, shape) ? value : undefined;
}

function initial(fullName: string, own: tf.Variable): tf.Variable {
  if (!own.isDisposed) return own;
  throw pyroError({
    what: "A network that was disposed has no weights to begin with",
    where: `parameter "${fullName}"`,
    try: "make a new network, or load the parameters before the model runs",
  });
}

function otherShape(fullName: string, value: tf.Tensor, own: tf.Variable, stored: boolean): Error {
  if (stored) {
    // The store says it best: which cell made the parameter, and how to drop it.
    getParamStore().getParam(fullName, own);
  }
  return pyroError({
    what: `The value for weight "${fullName}" does not fit the network`,
    where: `parameter "${fullName}"`,
    expected: `shape ${showShape(own.shape)}`,
    got: `shape ${showShape(value.shape)}`,
    try: "a prior of the weight's shape, outside of plates: a network has one value of each weight",
  });
}

function gone(fullName: string): Error {
  return pyroError({
    what: "A network was used after the step in which its weights were drawn",
    where: `weight "${fullName}"`,
    expected: "a use in the model or guide, or before the surrounding tf.tidy ends",
    try: "draw it again; or register it outside of the step",
  });
}
