import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { Plan } from "../plan.ts";
import { storedParams } from "../targets.ts";
import type { NamedGradient } from "./exchange.ts";

interface Held {
  readonly grad: tf.Tensor;
  /** The incarnation of the parameter: a new one begins without a gradient. */
  readonly life: number | undefined;
}

/** Gradients added up over several steps: a sum, as in PyTorch and in Horovod, not a mean. */
export class Passes {
  readonly #perStep: number;
  #held: ReadonlyMap<string, Held> = new Map();
  #done = 0;

  constructor(perStep: number) {
    this.#perStep = perStep;
  }

  /**
   * Compute what a step adds, and, where it is the last of its pass, what `take` makes of the sums. Nothing of it
   * counts before the plan's `commit`.
   */
  plan(grads: readonly NamedGradient[], take: (sums: readonly NamedGradient[]) => Plan): Plan {
    const [before, done] = [this.#held, this.#done + 1];
    const sums = this.#sums(grads);
    const release = (held: ReadonlyMap<string, Held>, kept?: ReadonlyMap<string, Held>) => {
      for (const [name, { grad }] of held) if (kept?.get(name)?.grad !== grad) grad.dispose();
    };
    if (done < this.#perStep) {
      return {
        commit: () => {
          [this.#held, this.#done] = [sums, done];
          release(before, sums);
        },
        discard: () => release(sums, before),
        // Not even infinite: every later sum would be, whatever its own step's gradient.
        firstNaN: () => [...sums].find(([, { grad }]) => !grad.dataSync().every(Number.isFinite))?.[0],
      };
    }
    try {
      const inner = take([...sums].map(([name, { grad }]) => [name, grad]));
      return {
        commit: () => {
          inner.commit();
          this.clear();
          release(sums);
        },
        discard: () => {
          inner.discard();
          release(sums, before);
        },
        firstNaN: () => inner.firstNaN(),
      };
    } catch (error) {
      release(sums);
      // What cannot be taken once cannot be taken later either.
      this.clear();
      throw error;
    }
  }

  /** Whether the next step's gradients are the first of a sum. */
  get begins(): boolean {
    return this.#done === 0;
  }

  /** Forget what was added up. */
  clear(): void {
    for (const { grad } of this.#held.values()) grad.dispose();
    [this.#held, this.#done] = [new Map(), 0];
  }

  /** What is held with the gradients added, by name in their order. */
  #sums(grads: readonly NamedGradient[]): ReadonlyMap<string, Held> {
    const sums = new Map<string, Held>();
    for (const [name, held] of this.#held) if (held.life === storedParams.life(name)) sums.set(name, held);
    for (const [name, grad] of grads) {
      const { shape } = sums.get(name)?.grad ?? grad;
      if (!tf.util.arraysEqual(shape, grad.shape)) throw otherShape(name, shape, grad.shape);
    }
    for (const [name, grad] of grads) {
      const before = sums.get(name);
      const sum = tf.keep(before === undefined ? tf.clone(grad) : tf.add(before.grad, grad));
      sums.set(name, { grad: sum, life: storedParams.life(name) });
    }
    return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function otherShape(name: string, before: readonly number[], now: readonly number[]): Error {
  return pyroError({
    what: "The gradient does not have the shape of the one it is to be added to",
    where: `parameter "${name}"`,
    expected: `[${before.join(", ")}]`,
    got: `[${now.join(", ")}]`,
  });
}
