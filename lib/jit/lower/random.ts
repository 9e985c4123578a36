/** Random draws: the same functions of the same keys as eagerly, so the same numbers. */
import { drawFunctions } from "../../tensor/random/kernels.ts";
import type { KernelCall, Rules } from "./rule.ts";

function draw({ builder, kernel, attrs, input, shape, dtype }: KernelCall) {
  const { seed0, seed1, counter, stream, n } = attrs as {
    seed0: number;
    seed1: number;
    counter: number;
    stream?: boolean;
    n?: number;
  };
  const names = drawFunctions.get(kernel)?.inputs ?? [];
  const inputs = names.map((name) => {
    const view = input(name);
    return view.shape.length === shape.length ? view : builder.reshape(view, shape);
  });
  const from = { seed: [seed0, seed1] as const, counter, absolute: stream !== true, population: n };
  return builder.draw(kernel, from, inputs, shape, dtype);
}

export function randomRules(): Rules {
  return Object.fromEntries([...drawFunctions.keys()].map((kernel) => [kernel, draw]));
}
