/**
 * Which of the two is faster for a matrix product: these kernels, on one core, or TensorFlow's, with its call and its
 * copies. Measured on one thread (AMD EPYC with AVX-512, Node 24): ours 54 GFLOP/s from 64 x 64 x 64 upwards in every
 * layout, 15-25 with one row or column, where memory is the limit; TensorFlow's 22 µs and 100 GFLOP/s, 5-25 with one
 * row or column. They meet near 150 x 150 x 150.
 */
const OUR_CALL = 0.3;
const OURS = 1 / 54e3;
const THEIR_CALL = 22;
const THEIRS = 1 / 100e3;
/** µs to move a number in or out. */
const MOVE = 3.2e-4;

/** Whether the native library multiplies an m x k by a k x n matrix faster, operands and result moved. */
export function preferNative(m: number, k: number, n: number): boolean {
  // It reads memory no faster than we do.
  if (Math.min(m, n) < 6) return false;
  const operations = 2 * m * k * n;
  const moved = m * k + k * n + m * n;
  return OUR_CALL + OURS * operations > THEIR_CALL + THEIRS * operations + MOVE * moved;
}
