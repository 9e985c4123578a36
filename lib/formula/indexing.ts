/** Parts of a tensor, counted from 1 as in mathjs: `x[2]`, `X[1, :]`, `x[2:end]`, `alpha[group]`. */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor } from "../tensor/index.ts";
import { operands } from "./arithmetic.ts";
import type { Site } from "./source.ts";
import { asTensor, type Quantity, rankOf, shapeOf, show } from "./values.ts";

/** `start:step:end`, both ends included. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly end: number;
}

/** One dimension's index: a position, a range, or a tensor of positions. */
export type Index = Quantity | Range;

const isRange = (index: Index): index is Range => typeof index === "object" && "step" in index;

export function positionsOf({ start, step, end }: Range): number[] {
  const count = Math.max(0, Math.floor((end - start) / step + 1e-9) + 1);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/** A position drops its dimension, a range keeps it, a tensor of positions puts its own dimensions there. */
export function pick(
  object: Quantity,
  indices: readonly Index[],
  site: Site,
  part: (i: number) => Site,
): tf.Tensor {
  const x = asTensor(object);
  if (x.rank !== indices.length) {
    throw site.error({
      what: `\`${site.text}\` does not index every dimension`,
      expected: x.rank === 0 ? "no index: it is a number" : `${x.rank} ${x.rank === 1 ? "index" : "indices"}`,
      got: `${indices.length} for ${show(object)}`,
      ...(x.rank > indices.length ? { try: "a colon for a whole dimension, such as `X[1, :]`" } : {}),
    });
  }
  let result = x;
  // From the last dimension to the first: what is dropped does not move the others.
  for (let axis = indices.length - 1; axis >= 0; axis--) {
    result = along(result, axis, indices[axis] as Index, part(axis));
  }
  return result;
}

function along(x: tf.Tensor, axis: number, index: Index, site: Site): tf.Tensor {
  const size = x.shape[axis] as number;
  if (isTensor(index)) return gather(x, axis, index, site);
  const wanted = isRange(index) ? positionsOf(index) : [index];
  for (const position of wanted) {
    if (Number.isInteger(position) && position >= 1 && position <= size) continue;
    throw site.error({
      what: `The index \`${site.text}\` is out of range`,
      expected: size === 0 ? "nothing: the dimension is empty" : `a whole number from 1 to ${size}`,
      got: String(position),
      ...(position === 0 ? { try: "counting from 1, as mathjs does" } : {}),
    });
  }
  if (!isRange(index)) return tf.squeeze(slice(x, axis, index - 1, 1), [axis]);
  if (index.step === 1 || wanted.length < 2) return slice(x, axis, (wanted[0] ?? 1) - 1, wanted.length);
  return tf.gather(
    x,
    tf.tensor1d(
      wanted.map((position) => position - 1),
      "int32",
    ),
    axis,
  );
}

function slice(x: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  if (start === 0 && length === x.shape[axis]) return x;
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  return tf.slice(
    x,
    begin,
    x.shape.map((size, i) => (i === axis ? length : size)),
  );
}

/** Positions in a tensor are not read here: a computed step must not look at values. */
function gather(x: tf.Tensor, axis: number, positions: tf.Tensor, site: Site): tf.Tensor {
  if (positions.dtype === "bool") {
    throw site.error({
      what: `\`${site.text}\` cannot be an index`,
      expected: "a number, a range, or a tensor of positions that count from 1",
      got: "a comparison, which selects a number of elements that depends on values",
      try: "a condition, such as `sum(x > 0 ? x : 0)`",
    });
  }
  return tf.gather(x, tf.cast(tf.sub(asTensor(positions), 1), "int32"), axis);
}

/** `[1, 2; 3, 4]`: parts of one shape, stacked along a new first dimension. */
export function stack(items: readonly Quantity[], site: Site): tf.Tensor {
  if (items.length === 0) return tf.tensor1d([], "float32");
  if (items.every((item) => typeof item === "number")) return tf.tensor1d([...items], "float32");
  const [first = 0] = items;
  const shape = shapeOf(first).join();
  if (items.some((item) => rankOf(item) !== rankOf(first) || shapeOf(item).join() !== shape)) {
    throw site.error({
      what: `The parts of \`${site.text}\` have different shapes`,
      expected: "numbers, or tensors of one shape",
      got: items.map(show).join(", ") || operands(site, items),
    });
  }
  return tf.stack(items.map(asTensor));
}
