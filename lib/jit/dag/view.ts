/** Other looks at the same numbers: none of these computes anything. */
import { isRowMajor, rowMajor, sizeOf, type View } from "./node.ts";

/** As a view of this shape; undefined where the elements would have to be moved. */
export function reshaped(view: View, shape: readonly number[]): View | undefined {
  if (view.indirect !== undefined) return undefined;
  const { node, offset } = view;
  if (isRowMajor(view)) return { node, offset, shape, strides: rowMajor(shape) };
  const strides = stridesAfterReshape(view, shape);
  return strides === undefined ? undefined : { node, offset, shape, strides };
}

/** Adding and dropping axes of length 1, and splitting or joining axes that lie in a row. */
function stridesAfterReshape(view: View, shape: readonly number[]): number[] | undefined {
  const from = view.shape
    .map((n, i) => ({ n, stride: view.strides[i] as number }))
    .filter(({ n }) => n !== 1);
  const to = new Array<number>(shape.length).fill(0);
  let at = 0;
  for (let i = 0; i < shape.length; ) {
    if (shape[i] === 1) {
      i++;
      continue;
    }
    const axis = from[at++];
    if (axis === undefined) return undefined;
    let { n, stride } = axis;
    // Join axes until they hold what the target's axes hold.
    let target = shape[i] as number;
    let end = i + 1;
    while (n !== target) {
      if (n < target) {
        const next = from[at++];
        if (next === undefined || next.n * next.stride !== stride) return undefined;
        n *= next.n;
        stride = next.stride;
      } else {
        if (end >= shape.length) return undefined;
        target *= shape[end++] as number;
      }
    }
    for (let k = end - 1, step = stride; k >= i; k--) {
      if (shape[k] !== 1) to[k] = step;
      step *= shape[k] as number;
    }
    i = end;
  }
  return at === from.length ? to : undefined;
}

/** Broadcast to a shape, by the rules of tfjs: axes are aligned at the end. */
export function broadcast(view: View, shape: readonly number[]): View {
  const lead = shape.length - view.shape.length;
  const strides = shape.map((n, i) => {
    const own = view.shape[i - lead];
    return own === undefined || (own === 1 && n !== 1) ? 0 : (view.strides[i - lead] as number);
  });
  const indirect = view.indirect?.map((part) => ({ ...part, index: broadcast(part.index, shape) }));
  return { node: view.node, offset: view.offset, shape, strides, ...(indirect && { indirect }) };
}

export function transposed(view: View, order: readonly number[]): View {
  const pick = (list: readonly number[]) => order.map((axis) => list[axis] as number);
  const indirect = view.indirect?.map((part) => ({ ...part, index: transposed(part.index, order) }));
  return { ...view, shape: pick(view.shape), strides: pick(view.strides), ...(indirect && { indirect }) };
}

/** Elements `begin[k] + step[k]·i` along each axis. */
export function sliced(
  view: View,
  begin: readonly number[],
  size: readonly number[],
  step: readonly number[] = size.map(() => 1),
): View {
  let { offset } = view;
  const strides = view.strides.map((stride, i) => {
    offset += stride * (begin[i] as number);
    return stride * (step[i] as number);
  });
  const indirect = view.indirect?.map((part) => ({ ...part, index: sliced(part.index, begin, size, step) }));
  return { node: view.node, offset, shape: [...size], strides, ...(indirect && { indirect }) };
}

/** Elements in reverse along some axes. */
export function reversed(view: View, axes: readonly number[]): View {
  const begin = view.shape.map((n, i) => (axes.includes(i) ? n - 1 : 0));
  const step = view.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  return sliced(view, begin, view.shape, step);
}

/** The shape that several shapes broadcast to. */
export function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    shape.forEach((n, i) => {
      if (n !== 1) out[rank - shape.length + i] = n;
    });
  }
  return out;
}

/** Whether every element of the view is one and the same. */
export function isSplat({ strides, shape, indirect }: View): boolean {
  return (
    indirect === undefined &&
    strides.every((stride, i) => stride === 0 || shape[i] === 1) &&
    sizeOf(shape) > 0
  );
}
