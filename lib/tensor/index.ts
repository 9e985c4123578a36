/** The tensor core: the backend, special functions, random numbers, shapes, memory. */

export { backendName, backendReason } from "./backend.ts";
export { type Factor, nativeProduct } from "./backends/native-product.ts";
export type { BackendName } from "./kernels.ts";
export { cholesky, triangularSolve } from "./linalg/ops.ts";
export { LiveTensors } from "./live.ts";
export { collectGarbage, nativeBytes } from "./memory.ts";
export { NoNumberError } from "./no-operators.ts";
export { isTensor, type NestedArray, type Numeric, type NumericTypedArray, toTensor } from "./numeric.ts";
export {
  logStandardGamma,
  normal,
  permutation,
  standardGamma,
  standardVonMises,
  uniform,
} from "./random/ops.ts";
export {
  getRngState,
  hearRngState,
  type RngState,
  setRandomStream,
  setRngState,
  setSeed,
} from "./random/state.ts";
export {
  isRecording,
  withRecording,
} from "./recording.ts";
export { broadcastShapes, broadcastTo, sameShape, showShape, sumRightmost, sumToShape } from "./shapes.ts";
export { smallNormalScore } from "./special/normal-score.ts";
export {
  besselGap,
  betainc,
  digamma,
  erfinv,
  igamma,
  lgamma,
  logBeta,
  logI0e,
  ndtri,
  trigamma,
} from "./special/ops.ts";
export { parametersChanged, type Surroundings, setEnteredHandlers, surroundings } from "./surroundings.ts";
export { settle, setUnwritten } from "./unwritten.ts";
