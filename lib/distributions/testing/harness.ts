/** What the tests of the table share: backends, comparison in float32, differentiation by name. */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { loadBackend } from "../../tensor/backend.ts";
import { backendName, type Numeric, setSeed, toTensor } from "../../tensor/index.ts";
import type { Distribution } from "../distribution.ts";
import type { Case, Params } from "./cases.ts";

type BackendName = ReturnType<typeof backendName>;

/** Runs a suite on each of the wanted backends that this machine has. */
export async function onBackends(
  wanted: readonly BackendName[],
  suite: (backend: BackendName) => void,
): Promise<void> {
  for (const name of wanted) {
    const { ok } = await loadBackend(name);
    if (!ok) continue;
    describe(`on ${name}`, () => {
      let before: BackendName;
      beforeAll(async () => {
        before = backendName();
        await tf.setBackend(name);
        setSeed(20240607);
      });
      afterAll(async () => {
        await tf.setBackend(before);
      });
      suite(name);
    });
  }
}

export const numbers = (x: tf.Tensor): number[] => Array.from(x.dataSync());

/** Relative comparison; an absolute floor of a tenth of the tolerance covers values near zero. */
export function expectClose(got: number, want: number, tolerance: number, where: string): void {
  if (Number.isNaN(want) || !Number.isFinite(want)) {
    expect(got, where).toBe(want);
    return;
  }
  const error = Math.abs(got - want) / Math.max(Math.abs(want), 0.1);
  expect(error, `${where}: got ${got}, want ${want}, relative error ${error}`).toBeLessThanOrEqual(tolerance);
}

export function expectAllClose(
  got: readonly number[],
  want: readonly number[],
  tolerance: number,
  where: string,
): void {
  expect(got.length, `${where}: number of values`).toBe(want.length);
  for (const [i, w] of want.entries()) expectClose(got[i] as number, w, tolerance, `${where}[${i}]`);
}

/** Gradients of sum(f(params)) in each of the named parameters; zero where f does not depend on one. */
export function gradients(
  params: Params,
  names: readonly string[],
  f: (params: Params) => tf.Tensor,
): Record<string, tf.Tensor> {
  const fixed = Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
  const at = names.map((name) => toTensor(params[name] as Numeric));
  const total = (...xs: tf.Tensor[]) => {
    const score = tf.sum(
      f({ ...fixed, ...Object.fromEntries(names.map((name, i) => [name, xs[i] as tf.Tensor])) }),
    );
    return xs.reduce((sum, x) => tf.add(sum, tf.sum(tf.mul(x, 0))), score);
  };
  const grads = tf.grads(total)(at);
  return Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor]));
}

/** Names of the parameters of a case that are differentiated. */
export function differentiable(row: Case, params: Params): string[] {
  return Object.keys(params).filter((name) => !(row.fixed ?? []).includes(name));
}

/** Every row with each of its parameter sets: `[title, row, params]`. */
export function expandCases(cases: readonly Case[]): [string, Case, Params][] {
  return cases.flatMap((row) =>
    row.params.map((params): [string, Case, Params] => [
      `${row.name} ${JSON.stringify(params)}`,
      row,
      params,
    ]),
  );
}

/** The parameters repeated along a new batch axis of length `n`. */
export function batched(params: Params, n: number): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, tf.stack(new Array(n).fill(toTensor(value)))]),
  );
}

export function describeSupport(d: Distribution): string {
  return `${d} on ${d.support}`;
}

/**
 * The gradients of a reference that mean something. Above the diagonal of a triangular parameter, where it is 0 by
 * definition, torch's solvers leave slopes of their own: there 0 is expected.
 */
export function meaningful(name: string, values: number[], got: tf.Tensor): number[] {
  const n = got.shape.at(-1) ?? 1;
  return name === "scaleTril" ? values.map((x, at) => (at % n > Math.floor(at / n) % n ? 0 : x)) : values;
}
