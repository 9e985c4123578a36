/** Factorisations and triangular systems, by the loops that compute small ones eagerly. */
import { choleskyOf, solveTriangular } from "../../tensor/linalg/host.ts";
import type { View } from "../dag/node.ts";
import type { KernelCall, Rules } from "./rule.ts";

function cholesky({ builder, kernel, input, shape, dtype }: KernelCall): View {
  const n = shape.at(-1) ?? 1;
  return builder.host(kernel, [input("a")], shape, dtype, ([a], [out]) => {
    if (a === undefined || out === undefined) return;
    for (let at = 0; at < out.length; at += n * n) choleskyOf(a as Float32Array, out as Float32Array, at, n);
  });
}

function triangularSolve({ builder, kernel, input, attrs, shape, dtype }: KernelCall): View {
  const [n, k] = shape.slice(-2) as [number, number];
  return builder.host(kernel, [input("l"), input("b")], shape, dtype, ([l, b], [out]) => {
    if (l === undefined || b === undefined || out === undefined) return;
    for (let i = 0; i * n * k < out.length; i++) {
      const [left, right] = [l as Float32Array, b as Float32Array];
      solveTriangular(left, i * n * n, right, i * n * k, out as Float32Array, n, k, attrs.transpose === true);
    }
  });
}

export const linalgRules: Rules = { TspyroCholesky: cholesky, TspyroTriangularSolve: triangularSolve };
