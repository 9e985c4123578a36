import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../lib/errors.ts";
import { pollInterrupt } from "../../lib/interrupt.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import type { OptimizerPathData } from "../views/optimizer-path.ts";
import { listed, ResultView } from "./result-view.ts";
import type { ShowOptions } from "./shown.ts";

/** A loss of two numbers, made of operations that take arrays as well: it is drawn by one call over a grid. */
export type PlaneLoss = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;

/** An optimizer over given variables, as those of `optim.raw` are. */
export interface PlaneOptimizer {
  step(closure: () => tf.Tensor): unknown;
}

export interface OptimizerPathOptions extends ShowOptions {
  title?: string;
  /** Where all start: x and y. */
  start: readonly [number, number];
  /** Steps of each (default 100). */
  steps?: number;
  /** What of the plane is drawn (default -5 to 5). */
  x?: readonly [number, number];
  y?: readonly [number, number];
}

const optionNames: OptionNames<OptimizerPathOptions> = {
  title: true,
  start: true,
  steps: true,
  x: true,
  y: true,
  width: true,
  theme: true,
};

/** Points of the grid along each axis. */
const grid = 90;
/** As many colours as can be told apart. */
const mostPaths = 6;

/**
 * Walks optimizers over the surface of a loss of two numbers, and draws their ways on it.
 *
 * @param loss elementwise in x and y: called with scalars for a step, with arrays for the surface
 * @param optimizers by name, each made for the variables x and y
 * @example
 * const bowl = (x, y) => tf.add(tf.square(x), tf.mul(10, tf.square(y)));
 * optimizerPath(bowl, {
 *   SGD: (xy) => new optim.raw.SGD(xy, { lr: 0.05 }),
 *   Adam: (xy) => new optim.raw.Adam(xy, { lr: 0.3 }),
 * }, { start: [-4, 2] })
 * @throws where the loss is not elementwise; a path whose loss is no number any more ends there
 */
export function optimizerPath(
  loss: PlaneLoss,
  optimizers: Readonly<Record<string, (variables: tf.Variable[]) => PlaneOptimizer>>,
  options: OptimizerPathOptions,
): ResultView {
  checkOptions("optimizerPath", options, optionNames);
  const { title, start, steps = 100, x = [-5, 5], y = [-5, 5] } = options;
  checkPlace("option start of optimizerPath", start);
  const names = Object.keys(optimizers);
  if (names.length > mostPaths) {
    throw pyroError({
      what: "There are more optimizers than colours that can be told apart",
      where: "optimizerPath",
      expected: `at most ${mostPaths}`,
      got: `${names.length}: ${names.join(", ")}`,
    });
  }
  const data: OptimizerPathData = {
    surface: { values: surfaceOf(loss, x, y), columns: grid, x, y },
    paths: Object.entries(optimizers).map(([name, make]) => ({ name, ...walk(loss, make, start, steps) })),
    ...(title !== undefined && { title }),
  };
  const text = `${title ?? "Optimizers on a loss surface"}: ${listed(names)}`;
  return new ResultView(text, options, (views, view) => views.optimizerPath(data, view));
}

function surfaceOf(
  loss: PlaneLoss,
  x: readonly [number, number],
  y: readonly [number, number],
): Float32Array {
  const along = ([low, high]: readonly [number, number], i: number) =>
    low + ((i + 0.5) / grid) * (high - low);
  const cells = Array.from({ length: grid * grid }, (_, i) => i);
  return tf.tidy(() => {
    const xs = tf.tensor1d(cells.map((i) => along(x, i % grid)));
    const ys = tf.tensor1d(cells.map((i) => along(y, Math.floor(i / grid))));
    const values = loss(xs, ys);
    if (values.size === grid * grid) return Float32Array.from(values.dataSync());
    throw pyroError({
      what: "The loss is not elementwise",
      where: "argument loss of optimizerPath",
      expected: `for x and y of shape [${grid * grid}] a loss of that shape`,
      got: `shape [${values.shape.join(", ")}]`,
      try: "leave out sums over x or y: (x, y) => tf.add(tf.square(x), tf.square(y))",
    });
  });
}

function walk(
  loss: PlaneLoss,
  make: (variables: tf.Variable[]) => PlaneOptimizer,
  start: readonly [number, number],
  steps: number,
) {
  const variables = start.map((at) => tf.variable(tf.scalar(at)));
  const [x, y] = variables as [tf.Variable, tf.Variable];
  const path = { x: [] as number[], y: [] as number[], loss: [] as number[] };
  const note = () => {
    const value = tf.tidy(() => tf.sum(loss(x, y)).dataSync()[0] ?? Number.NaN);
    path.x.push(x.dataSync()[0] as number);
    path.y.push(y.dataSync()[0] as number);
    path.loss.push(value);
    return Number.isFinite(value);
  };
  try {
    tf.tidy(() => {
      const optimizer = make(variables);
      for (let step = 0; note() && step < steps; step++) {
        pollInterrupt();
        optimizer.step(() => tf.sum(loss(x, y)));
      }
    });
  } finally {
    tf.dispose(variables);
  }
  return path;
}

function checkPlace(where: string, place: readonly number[]): void {
  if (Array.isArray(place) && place.length === 2 && place.every(Number.isFinite)) return;
  throw pyroError({
    what: "All optimizers start at one place",
    where,
    expected: "two numbers, such as [-4, 2]",
    got: JSON.stringify(place) ?? String(place),
  });
}
