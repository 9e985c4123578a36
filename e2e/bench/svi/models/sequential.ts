import type * as tf from "@tensorflow/tfjs-core";
import { dist, param, sample } from "../../../../lib/index.ts";
import type { SviCase, Values } from "../case.ts";
import { Draws, type Fixed, filled, fixed, tensor } from "../fixed.ts";

const { positive } = dist.constraints;
const STEPS = 100;
const times = Array.from({ length: STEPS }, (_, t) => t);
const init: Readonly<Record<string, Fixed>> = Object.fromEntries(
  times.flatMap((t) => [
    [`loc_${t}`, filled([], 0)],
    [`scale_${t}`, filled([], 0.5)],
  ]),
);
const start = (name: string) => () => tensor(init[name] as Fixed);

/** A random walk and what was seen of it. */
function walk() {
  const draws = new Draws(1000);
  let x = 0;
  return {
    seen: fixed(
      [STEPS],
      times.map(() => {
        x += 0.5 * draws.normal();
        return x + 0.8 * draws.normal();
      }),
    ),
  };
}

/** A hundred latents, one after the other in a plain loop, with 200 parameters of their own. */
export const sequential: SviCase = {
  name: "sequential",
  title: "100 sequential latents in a plain loop",
  data: walk(),
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.005, betas: [0.9, 0.999] },
  piece: 500,
  /** The peers' scan model has the same parameters as two vectors. */
  summary: (params) => ({ loc: gathered(params, "loc"), scale: gathered(params, "scale") }),
  model(seen) {
    let x: tf.Tensor | number = 0;
    const observations = (seen as tf.Tensor).reshape([STEPS]).unstack<tf.Tensor>();
    for (const t of times) {
      x = sample(`x_${t}`, new dist.Normal(x, 0.5));
      sample(`y_${t}`, new dist.Normal(x, 0.8), { obs: observations[t] });
    }
  },
  guide() {
    for (const t of times) {
      const loc = param(`loc_${t}`, start(`loc_${t}`));
      const scale = param(`scale_${t}`, start(`scale_${t}`), { constraint: positive });
      sample(`x_${t}`, new dist.Normal(loc, scale));
    }
  },
};

function gathered(params: Values, name: string): readonly number[] {
  return params[name] ?? times.flatMap((t) => params[`${name}_${t}`] ?? []);
}
