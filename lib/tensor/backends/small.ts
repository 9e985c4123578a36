/**
 * Small tensors on the host. A call into TensorFlow costs about ten microseconds whatever its size, a loop over
 * a few numbers in JavaScript a tenth of that; and models are full of scalars and short vectors. So on the native
 * backend the common kernels run the cpu backend's implementation where there is little to compute. Values that are
 * made this way stay on the host until a native kernel wants them: tfjs-node uploads them then.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { HostBackend } from "../kernels.ts";
import { allWithin, type Infos, SMALL, sizeOf } from "./sizes.ts";

/** Multiplications of a matrix product that is done on the host. */
const SMALL_PRODUCT = 2048;

type Attrs = Readonly<Record<string, unknown>>;
/** How many elements a kernel writes; its inputs are known to be small. */
type Work = (inputs: Infos, attrs: Attrs) => number;

const product = (list: unknown): number => (list as readonly number[]).reduce((a, b) => a * b, 1);
const shapeOf = (info: tf.TensorInfo | undefined): readonly number[] => info?.shape ?? [];

const noMore: Work = () => 0;

const broadcast: Work = ({ a, b }) => {
  const [x, y] = [shapeOf(a), shapeOf(b)];
  let size = 1;
  for (let i = 1; i <= Math.max(x.length, y.length); i++) {
    size *= Math.max(x[x.length - i] ?? 1, y[y.length - i] ?? 1);
  }
  return size;
};

const tiled: Work = ({ x }, { reps }) => sizeOf(shapeOf(x)) * product(reps);

const padded: Work = ({ x }, { paddings }) =>
  shapeOf(x).reduce((size, n, d) => {
    const [before = 0, after = 0] = (paddings as readonly (readonly number[])[])[d] ?? [];
    return size * (n + before + after);
  }, 1);

const gathered: Work = ({ x, indices }) => sizeOf(shapeOf(x)) * sizeOf(shapeOf(indices));

/** The limit of a product is another one. */
const multiplied: Work = ({ a, b }, { transposeB }) => {
  const columns = shapeOf(b).at(transposeB === true ? -2 : -1) ?? 1;
  return (sizeOf(shapeOf(a)) * columns * SMALL) / SMALL_PRODUCT;
};

/** The kernels of which a few elements are computed on the host. */
const KERNELS: Readonly<Record<string, Work>> = {
  ...worksLike(broadcast, ["Add", "Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd"]),
  ...worksLike(broadcast, ["LogicalOr", "Maximum", "Minimum", "Multiply", "NotEqual", "Pow", "RealDiv"]),
  ...worksLike(broadcast, ["SquaredDifference", "Sub"]),
  ...worksLike(noMore, ["Abs", "All", "Any", "Cast", "ClipByValue", "Cumsum", "Exp", "ExpandDims"]),
  ...worksLike(noMore, ["Expm1", "IsFinite", "IsInf", "IsNan", "Log", "Log1p"]),
  ...worksLike(noMore, ["LogicalNot", "Neg", "OnesLike", "Reciprocal", "Reshape", "Rsqrt", "Select"]),
  ...worksLike(noMore, ["Sigmoid", "Sign", "Softplus", "Sqrt", "Square", "Step", "Tanh", "ZerosLike"]),
  ...worksLike(noMore, ["Concat", "Max", "Min", "Pack", "Slice", "SplitV", "Sum", "Transpose", "Unpack"]),
  ...worksLike(noMore, ["Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cos", "Cosh", "Sin", "Sinh"]),
  ...worksLike(noMore, ["Ceil", "Floor", "Mean", "Prod", "Round", "Tan"]),
  BatchMatMul: multiplied,
  Fill: (_, { shape, value }) => (typeof value === "string" ? Number.POSITIVE_INFINITY : product(shape)),
  GatherV2: gathered,
  PadV2: padded,
  Range: (_, { start, stop, step }) => Math.abs((Number(stop) - Number(start)) / Number(step)),
  Tile: tiled,
};

function worksLike(work: Work, names: readonly string[]): Record<string, Work> {
  return Object.fromEntries(names.map((name) => [name, work]));
}

/** What tfjs-node keeps of a tensor: `values` until they are uploaded. */
interface Stored {
  readonly values: tf.BackendValues | null;
  readonly shape: number[];
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  /** Ours: values that were read back, while the tensor lives. */
  readBack?: tf.BackendValues;
}

interface NativeStorage extends HostBackend {
  readonly tensorMap: { get(dataId: object): Stored };
  readonly binding: { readonly TF_FLOAT: number; readonly TF_INT32: number; readonly TF_BOOL: number };
}

/** Gives the native backend's common kernels a way round TensorFlow where there is little to compute. */
export function runSmallKernelsOnHost(): void {
  const native = tf.findBackend("tensorflow") as NativeStorage;
  const host = hostView(native);
  for (const [kernelName, work] of Object.entries(KERNELS)) {
    const large = tf.getKernel(kernelName, "tensorflow");
    const small = tf.getKernel(kernelName, "cpu");
    if (large === undefined || small === undefined) continue;
    tf.unregisterKernel(kernelName, "tensorflow");
    tf.registerKernel({
      ...large,
      kernelFunc: (args) => {
        const inputs = args.inputs as Infos;
        if (!allWithin(inputs, SMALL) || work(inputs, args.attrs ?? {}) > SMALL)
          return large.kernelFunc(args);
        const made = small.kernelFunc({
          inputs: args.inputs,
          attrs: args.attrs,
          backend: host,
        } as typeof args);
        return Array.isArray(made) ? made.map((info) => stored(native, info)) : stored(native, made);
      },
    });
  }
}

/** The native backend, as the kernels of the cpu backend want to see one. */
function hostView(native: NativeStorage): tf.KernelBackend {
  const { tensorMap } = native;
  const made = (shape: number[], dtype: tf.DataType, values: tf.BackendValues): tf.TensorInfo => ({
    dataId: native.write(values, shape, dtype),
    shape,
    dtype,
  });
  /** Not put among its `values`: tfjs-node takes those for ones that still have to be uploaded. */
  const read = (dataId: object): tf.BackendValues => {
    const info = tensorMap.get(dataId);
    if (info.values !== null) return info.values;
    info.readBack ??= native.readSync(dataId);
    return info.readBack;
  };
  const own = {
    data: { get: (dataId: object) => ({ ...tensorMap.get(dataId), values: read(dataId) }) },
    write: (values: tf.BackendValues, shape: number[], dtype: tf.DataType) =>
      native.write(values, shape, dtype),
    readSync: read,
    incRef: (dataId: object) => native.incRef(dataId),
    disposeData: (dataId: object) => native.disposeData(dataId),
    disposeIntermediateTensorInfo: (info: tf.TensorInfo) => native.disposeData(info.dataId),
    makeTensorInfo: made,
    makeOutput: (values: tf.BackendValues, shape: number[], dtype: tf.DataType) =>
      tf.engine().makeTensorFromTensorInfo(made(shape, dtype, values), native),
  };
  return Object.assign(Object.create(tf.findBackend("cpu")), own) as tf.KernelBackend;
}

/**
 * The cpu backend gives a tensor another shape, or a wider type, without touching its values. A native tensor
 * knows both: there the values have to be stored once more.
 */
function stored(native: NativeStorage, info: tf.TensorInfo): tf.TensorInfo {
  const { dataId, shape, dtype } = info;
  const known = native.tensorMap.get(dataId);
  const sameType = known.dtype === typeNumber(native, dtype);
  if (sameType && tf.util.arraysEqual(known.shape, shape)) return info;
  const values = (known.values ?? known.readBack ?? native.readSync(dataId)) as tf.TypedArray;
  const own = sameType ? values : tf.util.toTypedArray(Array.from(values), dtype as tf.NumericDataType);
  const copy = { dataId: native.write(own, shape, dtype), shape, dtype };
  native.disposeData(dataId);
  return copy;
}

function typeNumber({ binding }: NativeStorage, dtype: tf.DataType): number {
  if (dtype === "bool") return binding.TF_BOOL;
  return dtype === "int32" ? binding.TF_INT32 : binding.TF_FLOAT;
}
