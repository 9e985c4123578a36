/**
 * TensorFlow's matrix product on memory that is not its own: an aligned stretch of a program's memory is wrapped as a
 * native tensor once, without a copy, and shows what stands there at each call. Only the result is copied.
 */
import * as tf from "@tensorflow/tfjs-core";

interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  createTensor(shape: number[], dtype: number, values: Float32Array): number;
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
  if (binding === undefined || ![left, right].every(({ cells }) => cells.byteOffset % ALIGNED === 0))
    return undefined;
  const ids = [left, right].map(({ cells, batch, rows, columns }) =>
    binding.createTensor(batch === 1 ? [rows, columns] : [batch, rows, columns], binding.TF_FLOAT, cells),
  );
  const attrs = [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "adj_x", type: binding.TF_ATTR_BOOL, value: left.transposed },
    { name: "adj_y", type: binding.TF_ATTR_BOOL, value: right.transposed },
  ];
  const run = (): void => {
    const [result] = binding.executeOp(PRODUCT, attrs, ids, 1);
    if (result === undefined) throw new Error(`${PRODUCT} returned nothing`);
    out.set(binding.tensorDataSync(result.id));
    binding.deleteTensor(result.id);
  };
  released.register(run, () => {
    for (const id of ids) binding.deleteTensor(id);
  });
  return run;
}
