import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { getParamStore } from "../params/global.ts";
import type { ParamStoreDict } from "../params/param-store.ts";
import type { Baseline, SampleSite } from "../poutine/message.ts";
import { broadcastShapes } from "../tensor/index.ts";
import { detach } from "./gradients.ts";
import { total } from "./site-terms.ts";

/**
 * Control variates of score-function gradients: what is expected of the downstream cost is taken off it, which
 * changes no expectation, since that of a score is zero, and can take away much of the variance
 * (Mnih and Gregor 2014, https://arxiv.org/abs/1402.0030). A site asks for one in its `baseline` option.
 */
export interface Control {
  /** What to take off the cost: a constant. */
  readonly value: tf.Tensor;
  /** What a learned baseline minimises: its squared error. Undefined where nothing is learned. */
  readonly loss: tf.Tensor | undefined;
}

const optionNames: OptionNames<Baseline> = {
  nnBaseline: true,
  nnBaselineInput: true,
  useDecayingAvgBaseline: true,
  baselineBeta: true,
  baselineValue: true,
};

/**
 * The baseline of a site, if it asks for one.
 * @param cost the downstream log p - log q of this run; a constant
 * @throws where the options contradict each other, or the baseline does not fit the cost
 */
export function baselineOf(site: SampleSite, cost: tf.Tensor): Control | undefined {
  const { baseline } = site.infer;
  if (baseline === undefined) return undefined;
  checkOptions(`site "${site.name}", option baseline`, baseline, optionNames);
  const { nnBaseline, nnBaselineInput, baselineValue, useDecayingAvgBaseline, baselineBeta = 0.9 } = baseline;
  if (nnBaseline !== undefined && baselineValue !== undefined) throw bothGiven(site.name);
  if (!(baselineBeta >= 0 && baselineBeta < 1)) throw badBeta(site.name, baselineBeta);

  const parts: tf.Tensor[] = [];
  let learned: tf.Tensor | undefined;
  if (useDecayingAvgBaseline === true) parts.push(decayingAverage(site.name, cost, baselineBeta));
  if (nnBaseline !== undefined) {
    if (nnBaselineInput === undefined) throw noInput(site.name);
    // The network learns to foresee the cost; it does not teach what it looks at.
    learned = fitted(site.name, nnBaseline(detach(nnBaselineInput)), cost);
    parts.push(detach(learned));
  } else if (baselineValue !== undefined) {
    const given = baselineValue instanceof tf.Tensor ? detach(baselineValue) : tf.scalar(baselineValue);
    parts.push(fitted(site.name, given, cost));
  }
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  const value = rest.reduce((sum, part) => tf.add(sum, part), first);
  if (learned === undefined) return { value, loss: undefined };
  // A decaying average may stand beside it: then the network learns what is left.
  const others = parts.slice(0, -1).reduce((left, part) => tf.sub(left, part), cost);
  return { value, loss: total(tf.square(tf.sub(others, learned))) };
}

/** A baseline in a shape that broadcasts with the cost; the manual's trailing axis of length 1 may go. */
function fitted(name: string, value: tf.Tensor, cost: tf.Tensor): tf.Tensor {
  for (const x of value.shape.at(-1) === 1 ? [value, tf.squeeze(value, [-1])] : [value]) {
    if (x.rank <= cost.rank && fits(x.shape, cost.shape)) return x;
  }
  throw pyroError({
    what: `The baseline of site "${name}" does not fit its cost`,
    where: `site "${name}", option baseline`,
    expected: `a shape that broadcasts to [${cost.shape.join(", ")}], one number for each element of its plates`,
    got: `shape [${value.shape.join(", ")}]`,
  });
}

function fits(shape: number[], wanted: number[]): boolean {
  try {
    return tf.util.arraysEqual(broadcastShapes(shape, wanted), wanted);
  } catch {
    return false;
  }
}

/** The averages of one store's models by site name; a store that is cleared has none. */
const averages = new WeakMap<ParamStoreDict, Map<string, tf.Variable>>();

function averagesOf(store: ParamStoreDict): Map<string, tf.Variable> {
  const known = averages.get(store);
  if (known !== undefined) return known;
  const fresh = new Map<string, tf.Variable>();
  averages.set(store, fresh);
  store.onChange(({ type }) => {
    if (type !== "clear") return;
    for (const variable of fresh.values()) variable.dispose();
    fresh.clear();
  });
  return fresh;
}

/**
 * The average of the costs of the steps before this one, which is then updated. (An average that contains this
 * run's own cost would not be independent of its draw, and would shrink the gradient by `beta`.)
 */
function decayingAverage(name: string, cost: tf.Tensor, beta: number): tf.Tensor {
  const all = averagesOf(getParamStore());
  let average = all.get(name);
  if (average === undefined || !tf.util.arraysEqual(average.shape, cost.shape)) {
    average?.dispose();
    average = tf.variable(tf.zeros(cost.shape), false);
    all.set(name, average);
  }
  const before = detach(average as tf.Tensor);
  // A step with a cost that is not a number is not taken, and must not be remembered.
  const after = tf.add(tf.mul(before, beta), tf.mul(cost, 1 - beta));
  average.assign(tf.where(tf.isFinite(cost), after, before));
  return before;
}

function bothGiven(name: string): Error {
  return pyroError({
    what: "nnBaseline and baselineValue exclude each other",
    where: `site "${name}", option baseline`,
    try: "give one of them; useDecayingAvgBaseline may be added to either",
  });
}

function noInput(name: string): Error {
  return pyroError({
    what: "nnBaseline needs nnBaselineInput, the tensor that it is called with",
    where: `site "${name}", option baseline`,
  });
}

function badBeta(name: string, beta: number): Error {
  return pyroError({
    what: "baselineBeta must be at least 0 and less than 1",
    where: `site "${name}", option baseline`,
    got: String(beta),
  });
}
