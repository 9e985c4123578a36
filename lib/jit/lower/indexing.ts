/** Gathers and scatters: positions that come from tensors. */
import { type IndirectView, rowMajor, type View } from "../dag/node.ts";
import { broadcast, sliced } from "../dag/view.ts";
import { refuse } from "../refusal.ts";
import { type KernelCall, positive, type Rules } from "./rule.ts";

/** Rows of x along an axis; the axes of the indices stand where that axis stood. */
function gather({ builder, input, attrs, shape }: KernelCall): View {
  const x = builder.reshape(input("x"), input("x").shape);
  const indices = input("indices");
  const batchDims = Number(attrs.batchDims ?? 0);
  const [axis = 0] = positive((attrs.axis as number | undefined) ?? 0, x.shape.length);
  if (x.indirect !== undefined) return gatherOf(builder.moved(x));
  return gatherOf(x);

  function gatherOf(from: View): View {
    const rank = indices.shape.length - batchDims;
    const strides = [
      ...from.strides.slice(0, axis),
      ...new Array<number>(rank).fill(0),
      ...from.strides.slice(axis + 1),
    ];
    const index = builder.reshape(indices, [
      ...indices.shape.slice(0, batchDims),
      ...from.shape.slice(batchDims, axis).map(() => 1),
      ...indices.shape.slice(batchDims),
      ...from.shape.slice(axis + 1).map(() => 1),
    ]);
    const part: IndirectView = {
      index: broadcast(index, shape),
      size: from.shape[axis] as number,
      stride: from.strides[axis] as number,
    };
    return { node: from.node, offset: from.offset, shape, strides, indirect: [part] };
  }
}

/** Where index tuples (the last axis of `indices`) point to in a tensor of these strides. */
function tuples(
  builder: KernelCall["builder"],
  indices: View,
  into: { shape: readonly number[]; strides: readonly number[] },
  domain: readonly number[],
): IndirectView[] {
  const depth = indices.shape.at(-1) ?? 0;
  const lead = indices.shape.slice(0, -1);
  const rest = domain.length - lead.length;
  return Array.from({ length: depth }, (_, d) => {
    const begin = indices.shape.map((_, i) => (i === lead.length ? d : 0));
    const one = sliced(indices, begin, [...lead, 1]);
    const index = broadcast(builder.reshape(one, [...lead, ...new Array<number>(rest).fill(1)]), domain);
    return { index, size: into.shape[d] as number, stride: into.strides[d] as number };
  });
}

function gatherNd({ builder, input, shape }: KernelCall): View {
  const given = input("params");
  const x = given.indirect === undefined ? given : builder.moved(given);
  const indices = input("indices");
  const depth = indices.shape.at(-1) ?? 0;
  const lead = indices.shape.length - 1;
  return {
    node: x.node,
    offset: x.offset,
    shape,
    strides: [...new Array<number>(lead).fill(0), ...x.strides.slice(depth)],
    indirect: tuples(builder, indices, x, shape),
  };
}

function scatterNd({ builder, input, attrs, shape, dtype }: KernelCall): View {
  const [indices, updates] = [input("indices"), input("updates")];
  const target = { shape: attrs.shape as number[], strides: rowMajor(attrs.shape as number[]) };
  const depth = indices.shape.at(-1) ?? 0;
  const lead = indices.shape.length - 1;
  const domain = [...indices.shape.slice(0, -1), ...target.shape.slice(depth)];
  const to = {
    shape,
    strides: [...new Array<number>(lead).fill(0), ...target.strides.slice(depth)],
    offset: 0,
    indirect: tuples(builder, indices, target, domain),
  };
  return builder.scatter("sum", broadcast(updates, domain), to, dtype);
}

/** Later updates of one place win, as tfjs has it. */
function scatterUpdate({ builder, input, shape, dtype }: KernelCall): View {
  const [tensor, indices, updates] = [input("tensor"), input("indices"), input("updates")];
  const strides = rowMajor(shape);
  const depth = indices.shape.at(-1) ?? 0;
  const lead = indices.shape.length - 1;
  const domain = [...indices.shape.slice(0, -1), ...shape.slice(depth)];
  return builder.assemble(
    shape,
    [
      { arg: tensor, shape, offset: 0, strides },
      {
        arg: broadcast(updates, domain),
        shape: domain,
        offset: 0,
        strides: [...new Array<number>(lead).fill(0), ...strides.slice(depth)],
        indirect: tuples(builder, indices, { shape, strides }, domain),
      },
    ],
    dtype,
  );
}

/** Sums of the rows that carry the same number. */
function segmentSum({ builder, input, attrs, shape, dtype }: KernelCall): View {
  const [x, ids] = [input("x"), input("segmentIds")];
  if (ids.shape.length > x.shape.length)
    refuse("segment numbers of a higher rank than the data are not compiled");
  const strides = rowMajor(shape);
  const inner = x.shape.length - ids.shape.length;
  const index = broadcast(builder.reshape(ids, [...ids.shape, ...new Array<number>(inner).fill(1)]), x.shape);
  const to = {
    shape,
    strides: [...ids.shape.map(() => 0), ...strides.slice(1)],
    offset: 0,
    indirect: [{ index, size: Number(attrs.numSegments), stride: strides[0] ?? 0 }],
  };
  return builder.scatter("sum", x, to, dtype);
}

export const indexingRules: Rules = {
  GatherNd: gatherNd,
  GatherV2: gather,
  ScatterNd: scatterNd,
  TensorScatterUpdate: scatterUpdate,
  UnsortedSegmentSum: segmentSum,
};
