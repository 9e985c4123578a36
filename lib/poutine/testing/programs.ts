/** Random programs, to test what holds for every program. */
import * as tf from "@tensorflow/tfjs-core";
import * as dist from "../../distributions/index.ts";
import { deterministic, observe, param, plate, sample } from "../../primitives.ts";

type Step = () => tf.Tensor;

/** A small generator of its own, so that a program does not depend on the library's random numbers. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A program of up to about 20 sites: latent, observed, named, in plates of both kinds, with parameters. */
export function randomProgram(seed: number): () => tf.Tensor {
  const next = numbers(seed * 7919 + 1);
  let names = 0;
  const name = (kind: string) => `${kind}${names++}`;

  function block(depth: number): Step[] {
    return Array.from({ length: 2 + Math.floor(3 * next()) }, () => step(depth));
  }
  function step(depth: number): Step {
    const kind = Math.floor((depth > 1 ? 4 : 7) * next());
    const at = Math.round(10 * next()) / 10;
    switch (kind) {
      case 0:
      case 1: {
        const site = name("z");
        return () => sample(site, dist.Normal(at, 1 + at));
      }
      case 2: {
        const site = name("x");
        return () => observe(site, dist.Normal(at, 1), at + 0.5);
      }
      case 3: {
        const [site, weight] = [name("b"), name("w")];
        return () => sample(site, dist.Bernoulli({ logits: param(weight, at) }));
      }
      case 4: {
        const [site, steps] = [name("plate"), block(depth + 1)];
        const size = 2 + Math.floor(3 * next());
        const subsampleSize = next() < 0.5 ? size - 1 : size;
        return () => plate(site, size, { subsampleSize }, () => tf.sum(run(steps)));
      }
      case 5: {
        const [loop, site] = [name("loop"), name("q")];
        const size = 2 + Math.floor(2 * next());
        return () => {
          const values: tf.Tensor[] = [];
          for (const i of plate(loop, size)) values.push(sample(`${site}_${i}`, dist.Normal(i, 1)));
          return tf.sum(tf.stack(values));
        };
      }
      default: {
        const site = name("d");
        return () => deterministic(site, at);
      }
    }
  }
  function run(steps: readonly Step[]): tf.Tensor {
    return steps.map((s) => tf.sum(s())).reduce((a, b) => tf.add(a, b));
  }
  // The first site is latent, so that no program is trivial.
  const first = name("z");
  const steps = [() => sample(first, dist.Normal(0, 1)), ...block(0)];
  return () => run(steps);
}
