/** Cholesky factors and triangular systems as tfjs kernels: own loops for small ones, TensorFlow's ops for the rest. */
import type * as tf from "@tensorflow/tfjs-core";
import {
  floatAttr,
  type HostBackend,
  type KernelArgs,
  makeOutput,
  type NativeAttr,
  type NativeBackend,
  readFloats,
  registerEverywhere,
} from "../kernels.ts";
import { choleskyOf, solveTriangular } from "./host.ts";

/** TensorFlow's number of the type of a truth value. */
const BOOL_ATTR = "TF_ATTR_BOOL";

function flag(backend: NativeBackend, name: string, value: boolean): NativeAttr {
  const binding = backend.binding as unknown as Record<typeof BOOL_ATTR, number>;
  return { name, type: binding[BOOL_ATTR], value };
}

function cholesky({ inputs, backend }: KernelArgs<HostBackend>): tf.TensorInfo {
  const a = inputs.a as tf.TensorInfo;
  const n = a.shape.at(-1) ?? 1;
  const values = readFloats(backend, a);
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += n * n) choleskyOf(values, out, at, n);
  return makeOutput(backend, out, a.shape);
}

function triangularSolve({ inputs, attrs, backend }: KernelArgs<HostBackend>): tf.TensorInfo {
  const [l, b] = [inputs.l as tf.TensorInfo, inputs.b as tf.TensorInfo];
  const [n, k] = b.shape.slice(-2) as [number, number];
  const [left, right] = [readFloats(backend, l), readFloats(backend, b)];
  const out = new Float32Array(right.length);
  for (let i = 0; i * n * k < right.length; i++) {
    solveTriangular(left, i * n * n, right, i * n * k, out, n, k, attrs.transpose === true);
  }
  return makeOutput(backend, out, b.shape);
}

export function registerLinalgKernels(): void {
  registerEverywhere("TspyroCholesky", cholesky, (args) => {
    try {
      return args.backend.executeSingleOutput("Cholesky", floatAttr(args.backend), [
        args.inputs.a as tf.TensorInfo,
      ]);
    } catch {
      // TensorFlow refuses the whole batch where one matrix is not positive definite: the loops tell which, by NaN.
      return cholesky(args);
    }
  });
  registerEverywhere("TspyroTriangularSolve", triangularSolve, ({ inputs, attrs, backend }) =>
    backend.executeSingleOutput(
      "MatrixTriangularSolve",
      [
        flag(backend, "lower", true),
        flag(backend, "adjoint", attrs.transpose === true),
        ...floatAttr(backend),
      ],
      [inputs.l as tf.TensorInfo, inputs.b as tf.TensorInfo],
    ),
  );
}
