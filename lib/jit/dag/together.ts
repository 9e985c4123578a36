/**
 * A sum of tensors that are 0 except where parts of others were laid into them, at different places, is one tensor with
 * all those parts: what gradients of the slices of a vector come to.
 */
import {
  type Argument,
  isRowMajor,
  isView,
  isWhole,
  type Part,
  rowMajor,
  sameNumbers,
  sizeOf,
} from "./node.ts";

export interface Laid {
  readonly parts: readonly Part[];
  /** Undefined where nothing is left to fill. */
  readonly fill: number | undefined;
}

/** Undefined where the two are added up somewhere. */
export function laidTogether(args: readonly Argument[], shape: readonly number[]): Laid | undefined {
  const laid = args.map((arg) => partsOf(arg, shape));
  const [a, b] = laid;
  if (a === undefined || b === undefined) return undefined;
  const apart = a.every((one) => b.every((other) => !overlap(one, other)));
  if (!apart) return undefined;
  const parts = [...a, ...b];
  return { parts, fill: covers(parts, sizeOf(shape)) ? undefined : 0 };
}

/** Parts that stand among zeros, in what the argument is. */
function partsOf(arg: Argument, shape: readonly number[]): readonly Part[] | undefined {
  if (!isView(arg) || arg.node.kind !== "assemble" || arg.node.fill !== 0) return undefined;
  if (arg.indirect !== undefined || !isWhole(arg) || !isRowMajor(arg)) return undefined;
  if (!sameNumbers(arg.node.shape, shape) || !sameNumbers(arg.shape, shape)) return undefined;
  const { parts } = arg.node;
  return parts.every(({ indirect }) => indirect === undefined) ? parts : undefined;
}

/** The first and the last element of the result that a part may touch. */
function span({ shape, offset, strides }: Part): readonly [number, number] {
  const ways = strides.map((stride, axis) => stride * ((shape[axis] as number) - 1));
  const sum = (of: readonly number[]) => of.reduce((a, b) => a + b, 0);
  return [
    offset + sum(ways.map((way) => Math.min(way, 0))),
    offset + sum(ways.map((way) => Math.max(way, 0))),
  ];
}

function overlap(one: Part, other: Part): boolean {
  if (sizeOf(one.shape) === 0 || sizeOf(other.shape) === 0) return false;
  const [[a, b], [c, d]] = [span(one), span(other)];
  return a <= d && c <= b;
}

/** Whether the parts lie side by side and are all there is. */
function covers(parts: readonly Part[], size: number): boolean {
  const dense = parts.every(({ shape, strides }) =>
    sameNumbers(
      strides.filter((_, axis) => shape[axis] !== 1),
      rowMajor(shape).filter((_, axis) => shape[axis] !== 1),
    ),
  );
  if (!dense || parts.reduce((sum, part) => sum + sizeOf(part.shape), 0) !== size) return false;
  return parts.every((one, i) => parts.slice(i + 1).every((other) => !overlap(one, other)));
}
