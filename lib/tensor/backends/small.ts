/**
 * Tiny tensors on the host. A call into TensorFlow costs about ten microseconds whatever its size, a loop over
 * a few numbers in JavaScript a tenth of that; and models are full of scalars. So on the native backend the
 * common kernels run the cpu backend's implementation where all their inputs are tiny. Values that are made
 * this way stay on the host until a native kernel wants them: tfjs-node uploads them then.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { HostBackend } from "../kernels.ts";

/** Inputs of at most this many elements count as tiny. */
export const TINY = 64;

/** Kernels whose output is no larger than broadcasting their inputs makes it. */
const KERNELS = [
  ...["Abs", "Add", "Cast", "ClipByValue", "Equal", "Exp", "ExpandDims", "Expm1", "Greater", "GreaterEqual"],
  ...["Less", "LessEqual", "Log", "Log1p", "LogicalAnd", "LogicalNot", "LogicalOr", "Maximum", "Minimum"],
  ...[
    "Multiply",
    "Neg",
    "NotEqual",
    "OnesLike",
    "Pow",
    "RealDiv",
    "Reciprocal",
    "Reshape",
    "Rsqrt",
    "Select",
  ],
  ...["Sigmoid", "Sign", "Softplus", "Sqrt", "Square", "SquaredDifference", "Step", "Sub", "Sum", "Tanh"],
  ...["ZerosLike"],
] as const;

type Infos = Record<string, tf.TensorInfo | undefined>;

/** What tfjs-node keeps of a tensor: `values` until they are uploaded. */
interface NativeStorage extends HostBackend {
  readonly tensorMap: {
    get(dataId: object): {
      readonly values: tf.BackendValues | null;
      readonly shape: number[];
      /** TensorFlow's number of the type. */
      readonly dtype: number;
    };
  };
  readonly binding: { readonly TF_FLOAT: number; readonly TF_INT32: number; readonly TF_BOOL: number };
}

/** Whether each input of a kernel is tiny, and numeric. */
export function allTiny(inputs: Infos): boolean {
  for (const name in inputs) {
    const info = inputs[name];
    if (info === undefined || info === null) continue;
    if (info.dtype === "string" || info.dtype === "complex64") return false;
    let size = 1;
    for (const n of info.shape) size *= n;
    if (size > TINY) return false;
  }
  return true;
}

/** Gives the native backend's common kernels a way round TensorFlow for tiny inputs. */
export function runTinyKernelsOnHost(): void {
  const native = tf.findBackend("tensorflow") as NativeStorage;
  const host = hostView(native);
  for (const kernelName of KERNELS) {
    const large = tf.getKernel(kernelName, "tensorflow");
    const small = tf.getKernel(kernelName, "cpu");
    if (large === undefined || small === undefined) continue;
    tf.unregisterKernel(kernelName, "tensorflow");
    tf.registerKernel({
      ...large,
      kernelFunc: (args) =>
        allTiny(args.inputs as Infos)
          ? stored(native, small.kernelFunc({ ...args, backend: host }) as tf.TensorInfo)
          : large.kernelFunc(args),
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
  const own = {
    data: {
      get: (dataId: object) => {
        const info = tensorMap.get(dataId);
        // Not stored there: tfjs-node takes stored values for ones that still have to be uploaded.
        return info.values === null ? { ...info, values: native.readSync(dataId) } : info;
      },
    },
    write: (values: tf.BackendValues, shape: number[], dtype: tf.DataType) =>
      native.write(values, shape, dtype),
    readSync: (dataId: object) => native.readSync(dataId),
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
  const values = native.readSync(dataId) as tf.TypedArray;
  const own = sameType ? values : tf.util.toTypedArray(Array.from(values), dtype as tf.NumericDataType);
  const copy = { dataId: native.write(own, shape, dtype), shape, dtype };
  native.disposeData(dataId);
  return copy;
}

function typeNumber({ binding }: NativeStorage, dtype: tf.DataType): number {
  if (dtype === "bool") return binding.TF_BOOL;
  return dtype === "int32" ? binding.TF_INT32 : binding.TF_FLOAT;
}
