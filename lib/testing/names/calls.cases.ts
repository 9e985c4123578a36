/** What the tables of calls share. A call uses a name of the manuals as they do, and checks what comes of it. */
import type * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

export type Calls = Readonly<Record<string, () => void>>;

/** The calls of one class or module, under its full name. */
export function of(owner: string, calls: Calls): Calls {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [`${owner}${name}`, call]));
}

export const numbers = (x: tf.Tensor): number[] => Array.from(x.dataSync(), Number);
export const number = (x: tf.Tensor): number => numbers(x)[0] as number;

/** Equal to float32's precision; NaN and infinities as they are. */
export function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got).toHaveLength(want.length);
  for (const [i, w] of want.entries()) {
    const g = got[i] as number;
    if (Number.isFinite(w)) expect(Math.abs(g - w)).toBeLessThan(1e-4 * Math.max(1, Math.abs(w)));
    else expect(g).toBe(w);
  }
}
