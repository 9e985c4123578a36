import * as tf from "@tensorflow/tfjs-core";

const matrices = new Map<number, Float32Array>();

/** The next number without prime factors above 5: lengths that fast Fourier transforms like, as Pyro pads to. */
export function fastLength(length: number): number {
  for (let n = length; ; n++) {
    let rest = n;
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
    if (rest === 1) return n;
  }
}

/**
 * The first `length` columns of the orthonormal cosine transform (type II) of length `fastLength(length)`: shape
 * [fastLength, length]. Times a signal it is the transform of the signal padded with zeros; transposed times
 * frequencies, the part of the inverse transform that is not padding.
 */
function transform(length: number): tf.Tensor2D {
  const size = fastLength(length);
  let values = matrices.get(length);
  if (values === undefined) {
    values = Float32Array.from({ length: size * length }, (_, i) => {
      const [k, t] = [Math.floor(i / length), i % length];
      return Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (t + 0.5) * k) / size);
    });
    matrices.set(length, values);
  }
  return tf.tensor2d(values.slice(), [size, length]);
}

/** A signal along axis `dim` (negative), followed by its frequencies: length + fastLength(length) along that axis. */
export function withFrequencies(x: tf.Tensor, dim: number): tf.Tensor {
  return alongLast(x, dim, (rows, length) =>
    tf.concat([rows, tf.matMul(rows, transform(length), false, true)], 1),
  );
}

/** The inverse: the sum of the signal and of what the frequencies say. */
export function fromFrequencies(x: tf.Tensor, dim: number, length: number): tf.Tensor {
  return alongLast(x, dim, (rows) => {
    const [signal, frequencies] = tf.split(rows, [length, fastLength(length)], 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    return tf.add(signal, tf.matMul(frequencies, transform(length)));
  });
}

function alongLast(
  x: tf.Tensor,
  dim: number,
  f: (rows: tf.Tensor2D, length: number) => tf.Tensor,
): tf.Tensor {
  const axis = x.rank + dim;
  const order = [...x.shape.keys()];
  order[axis] = x.rank - 1;
  order[x.rank - 1] = axis;
  const turned = axis === x.rank - 1 ? x : tf.transpose(x, order);
  const length = x.shape[axis] ?? 0;
  const out = f(tf.reshape(turned, [-1, length]), length);
  const shaped = tf.reshape(out, [...turned.shape.slice(0, -1), -1]);
  return axis === x.rank - 1 ? shaped : tf.transpose(shaped, order);
}
