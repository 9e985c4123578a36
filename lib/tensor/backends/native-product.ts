/**
 * TensorFlow's matrix product on memory that is not its own: aligned stretches of a program's memory are wrapped as
 * native tensors once, without a copy, and show what stands there at each call. The result is written over the stretch
 * that is meant for it by TensorFlow as well (`InplaceUpdate`): through JavaScript it would be copied twice.
 */
import * as tf from "@tensorflow/tfjs-core";

interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_INT32: number;
  createTensor(shape: number[], dtype: number, values: Float32Array | Int32Array): number;
  executeOp(name: string, attrs: object[], inputs: number[], outputs: number): { id: number }[];
  tensorDataSync(id: number): Float32Array;
  deleteTensor(id: number): void;
}

/** One factor: a stretch of memory, row by row as `rows` x `columns`, in a batch of any size. */
export interface Factor {
  readonly cells: Float32Array;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly transposed: boolean;
}

/** TensorFlow uses a stretch as it is where it begins on a multiple of this many bytes. */
const ALIGNED = 64;

/** For single matrices too: `MatMul` corrupts the heap while a profiler takes samples (TensorFlow 2.15). */
const PRODUCT = "BatchMatMulV2";

const released = new FinalizationRegistry<() => void>((release) => release());

/** A function that multiplies and writes the result; undefined where the native core is not there, or would copy. */
export function nativeProduct(left: Factor, right: Factor, out: Float32Array): (() => void) | undefined {
  const backend = tf.findBackend("tensorflow") as { readonly binding?: Binding } | null;
  const binding = backend?.binding;
  const cells = [left.cells, right.cells, out];
  if (binding === undefined || !cells.every(({ byteOffset }) => byteOffset % ALIGNED === 0)) return undefined;
  const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = binding;
  const factors = [left, right].map((factor) =>
    binding.createTensor(shapeOf(factor), TF_FLOAT, factor.cells),
  );
  const [m, n] = [left.transposed ? left.columns : left.rows, right.transposed ? right.rows : right.columns];
  const shape = shapeOf({ batch: left.batch, rows: m, columns: n });
  const rows = Int32Array.from({ length: shape[0] as number }, (_, i) => i);
  const target = [
    binding.createTensor(shape, TF_FLOAT, out),
    binding.createTensor([rows.length], TF_INT32, rows),
  ];
  const type = { name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT };
  const attrs = [
    type,
    { name: "adj_x", type: TF_ATTR_BOOL, value: left.transposed },
    { name: "adj_y", type: TF_ATTR_BOOL, value: right.transposed },
  ];
  let known: boolean | undefined;
  const run = (): void => {
    const [product] = binding.executeOp(PRODUCT, attrs, factors, 1);
    if (product === undefined) throw new Error(`${PRODUCT} returned nothing`);
    if (known !== false) {
      const [written] = binding.executeOp("InplaceUpdate", [type], [...target, product.id], 1);
      if (written !== undefined) binding.deleteTensor(written.id);
    }
    // The first time it is looked at whether the result has come where it belongs.
    if (known !== true) {
      const result = binding.tensorDataSync(product.id);
      known ??= result.every((x, i) => Object.is(x, out[i]));
      if (!known) out.set(result);
    }
    binding.deleteTensor(product.id);
  };
  released.register(run, () => {
    for (const id of [...factors, ...target]) binding.deleteTensor(id);
  });
  return run;
}

function shapeOf({ batch, rows, columns }: Pick<Factor, "batch" | "rows" | "columns">): number[] {
  return batch === 1 ? [rows, columns] : [batch, rows, columns];
}
