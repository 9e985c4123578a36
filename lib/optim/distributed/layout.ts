import * as tf from "@tensorflow/tfjs-core";

/** Which gradients travel in a step, in which order: what all ranks must agree on before they exchange any. */
export interface GradientLayout {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly length: number;
  /** Equal on two ranks where names and shapes are, but for one chance in 2^52. */
  readonly hash: number;
}

export function layoutOf(named: readonly (readonly [string, readonly number[]])[]): GradientLayout {
  const sizes = named.map(([, shape]) => tf.util.sizeFromShape([...shape]));
  return {
    names: named.map(([name]) => name),
    shapes: named.map(([, shape]) => shape),
    sizes,
    length: sizes.reduce((sum, size) => sum + size, 0),
    hash: hashOf(named.map(([name, shape]) => `${name}\0${shape.join()}`).join("\0\0")),
  };
}

/** The part of `values` that is each name's: views, not copies. */
export function parts(values: Float32Array, { names, sizes }: GradientLayout): [string, Float32Array][] {
  let at = 0;
  return names.map((name, i) => {
    const start = at;
    at += sizes[i] as number;
    return [name, values.subarray(start, at)];
  });
}

/** FNV-1a twice, from two starts: 52 bits, which a double holds. */
function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + 0x9e37), 0x01000193);
  }
  return (a >>> 0) * 2 ** 20 + (b >>> 12);
}
