import * as tf from "@tensorflow/tfjs-core";
import { put } from "../records.ts";

/**
 * Gradients with respect to parameters that are only known once the program has run. tfjs wants the list
 * of variables before it calls the function; but it reads the list only after the function has returned.
 * So it is given a *live* list, into which the parameters are put while the program runs.
 */
export interface LiveParams {
  /** Ask for the gradient with respect to a variable, under a name. Asking twice changes nothing. */
  add(name: string, variable: tf.Variable): void;
}

export interface Gradients {
  /** The scalar that was differentiated. */
  readonly value: tf.Tensor;
  /** One gradient for each added variable, of its shape; zeros where the value does not depend on it. */
  readonly grads: Record<string, tf.Tensor>;
}

/**
 * Run `f`, which returns a scalar and tells which variables it met, and differentiate the scalar.
 * Tensors made on the way are disposed; if `f` throws, the tape is freed as well.
 */
export function gradOf(f: (params: LiveParams) => tf.Tensor): Gradients {
  const variables = new Map<string, tf.Variable>();
  const live: LiveParams = { add: (name, variable) => void variables.set(name, variable) };
  const engine = tf.engine();
  return tf.tidy(() => {
    const xs: tf.Tensor[] = [tf.scalar(0)];
    try {
      const { value, grads } = engine.gradients(
        () => {
          const loss = f(live);
          xs.length = 0;
          xs.push(...variables.values());
          return loss;
        },
        xs,
        undefined,
        true,
      );
      const named: Record<string, tf.Tensor> = {};
      let i = 0;
      for (const [name, variable] of variables) put(named, name, grads[i++] ?? tf.zeros(variable.shape));
      return { value, grads: named };
    } catch (error) {
      releaseTape();
      throw error;
    }
  });
}

/** Free what a tape kept for a backward pass that will not come (tfjs itself never does). */
export function releaseTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0 || state.activeTape === null || state.activeTape === undefined) return;
  for (const node of state.activeTape) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = [];
}

/** The same numbers without a history: gradients do not flow through (costs no backward pass). */
export function detach<T extends tf.Tensor>(x: T): T {
  const { state } = tf.engine();
  // Inside a kernel nothing is put on the tape; a copy made as if inside one has no history.
  state.kernelDepth++;
  try {
    return tf.clone(x);
  } finally {
    state.kernelDepth--;
  }
}

/**
 * Carry a tensor out of a function whose other tensors are disposed when it returns: `hold` inside;
 * `release` outside, whose result belongs to the scope that is then open.
 */
export function hold<T extends tf.Tensor>(x: T): T {
  return tf.keep(detach(x));
}

export function release<T extends tf.Tensor>(x: T): T {
  const mine = detach(x);
  x.dispose();
  return mine;
}

/** `tf.tidy` for a function that returns something other than tensors. */
export function scoped<T>(f: () => T): T {
  let result: { readonly value: T } | undefined;
  tf.tidy(() => {
    result = { value: f() };
  });
  return (result as unknown as { readonly value: T }).value;
}
