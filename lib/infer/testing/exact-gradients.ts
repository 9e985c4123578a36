import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { TraceEnum_ELBO } from "../trace-enum-elbo.ts";
import { slope } from "./moments.ts";

/** Loss and gradients against those of a closed form in double precision: nothing here is random. */
export function checkExact(
  model: () => unknown,
  guide: () => unknown,
  exact: (at: Record<string, number[]>) => number,
  at: Record<string, number[]>,
): void {
  const { loss, grads } = new TraceEnum_ELBO().lossAndGrads(model, guide);
  expect(loss).toBeCloseTo(exact(at), 4);
  expect(new TraceEnum_ELBO().loss(model, guide)).toBeCloseTo(exact(at), 4);
  for (const [name, values] of Object.entries(at)) {
    const got = grads[name]?.dataSync() ?? [];
    expect(got).toHaveLength(values.length);
    for (const [i, value] of values.entries()) {
      const want = slope((v) => exact({ ...at, [name]: values.map((x, j) => (i === j ? v : x)) }), value);
      expect(Math.abs((got[i] as number) - want)).toBeLessThan(1e-3);
    }
  }
  tf.dispose(grads);
}
