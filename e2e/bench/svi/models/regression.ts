import * as tf from "@tensorflow/tfjs-core";
import { dist, param, plate, sample } from "../../../../lib/index.ts";
import type { SviCase } from "../case.ts";
import { Draws, filled, fixed, tensor } from "../fixed.ts";

const { positive } = dist.constraints;
const ROWS = 170;
const init = {
  a_loc: filled([], 0),
  a_scale: filled([], 0.1),
  b_loc: filled([3], 0),
  b_scale: filled([3], 0.1),
  sigma_loc: filled([], 0),
  sigma_scale: filled([], 0.1),
};

/** Countries: in Africa or not, how rugged, and both at once; the outcome is the logarithm of an income. */
function terrain() {
  const draws = new Draws(170);
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < ROWS; i++) {
    const africa = i % 3 === 0 ? 1 : 0;
    const rugged = -Math.log(draws.uniform());
    x.push(africa, rugged, africa * rugged);
    y.push(9.2 - 1.9 * africa - 0.2 * rugged + 0.4 * africa * rugged + 0.9 * draws.normal());
  }
  return { x: fixed([ROWS, 3], x), y: fixed([ROWS], y) };
}

/** The regression of Pyro's tutorial on rugged terrain, on data made alike. */
export const regression: SviCase = {
  name: "regression",
  title: "regression 170x3",
  data: terrain(),
  init,
  loss: "Trace_ELBO",
  adam: { lr: 0.005, betas: [0.9, 0.999] },
  piece: 2000,
  model(x, y) {
    const a = sample("a", new dist.Normal(0, 10));
    const b = sample("b", new dist.Normal(tf.zeros([3]), 1).toEvent(1));
    const sigma = sample("sigma", new dist.HalfNormal(10));
    const mean = tf.add(a, tf.sum(tf.mul(x as tf.Tensor, b), -1));
    plate("data", ROWS, () => sample("obs", new dist.Normal(mean, sigma), { obs: y }));
  },
  guide() {
    const aLoc = param("a_loc", () => tensor(init.a_loc));
    const aScale = param("a_scale", () => tensor(init.a_scale), { constraint: positive });
    const bLoc = param("b_loc", () => tensor(init.b_loc));
    const bScale = param("b_scale", () => tensor(init.b_scale), { constraint: positive });
    const sigmaLoc = param("sigma_loc", () => tensor(init.sigma_loc));
    const sigmaScale = param("sigma_scale", () => tensor(init.sigma_scale), { constraint: positive });
    sample("a", new dist.Normal(aLoc, aScale));
    sample("b", new dist.Normal(bLoc, bScale).toEvent(1));
    sample("sigma", new dist.LogNormal(sigmaLoc, sigmaScale));
  },
};
