// The regression of `svi/models/regression.ts` for @jax-js/jax: minus the ELBO at fixed noise, and its gradient, jitted.
// It draws nothing and moves no parameter, which a step of ours does.
import { blockUntilReady, defaultDevice, init, jit, numpy as np, valueAndGrad } from "/jax/index.js";

const LOG_ROOT_2PI = 0.5 * Math.log(2 * Math.PI);
const NOISE = [0.3, -0.5, 0.1, 0.7, -0.2];

/** Log density of a normal, up to the sign, summed. */
const surprise = (z, count, logScale) =>
  np
    .sum(np.square(z))
    .mul(0.5)
    .add(count * LOG_ROOT_2PI)
    .add(logScale);

function loss({ aLoc, aLog, bLoc, bLog, sLoc, sLog }, { ea, eb, es }, x, y) {
  const rows = y.shape[0];
  const a = aLoc.add(np.exp(aLog.ref).mul(ea));
  const b = bLoc.add(np.exp(bLog.ref).mul(eb));
  const u = sLoc.add(np.exp(sLog.ref).mul(es));
  const sigma = np.exp(u.ref);
  const mean = np.sum(x.mul(b.ref), 1).add(a.ref);
  const z = y.sub(mean).div(sigma.ref);
  const prior = surprise(a.div(10), 1, Math.log(10))
    .add(surprise(b, 3, 0))
    .add(surprise(sigma.div(10), 1, Math.log(10)).sub(Math.log(2)));
  const data = surprise(z, rows, 0).add(u.ref.mul(rows));
  // Of the guide at this noise: its density is exp(-log scale) but for constants, and the log-normal's 1 / sigma more.
  const guide = aLog.add(np.sum(bLog)).add(sLog).add(u);
  const constants = NOISE.reduce((sum, e) => sum + 0.5 * e * e, 5 * LOG_ROOT_2PI);
  return prior.add(data).sub(guide).sub(constants);
}

/** The same in plain numbers, to see that it is computed. */
function expected(p, x, y) {
  const [ea, ...eb] = NOISE;
  const es = eb.pop();
  const a = p.aLoc + Math.exp(p.aLog) * ea;
  const b = eb.map((e, i) => p.bLoc[i] + Math.exp(p.bLog[i]) * e);
  const sigma = Math.exp(p.sLoc + Math.exp(p.sLog) * es);
  const normal = (value, loc, scale) => -0.5 * ((value - loc) / scale) ** 2 - Math.log(scale) - LOG_ROOT_2PI;
  let elbo = normal(a, 0, 10) + normal(sigma, 0, 10) + Math.log(2);
  for (const one of b) elbo += normal(one, 0, 1);
  y.forEach((value, i) => {
    elbo += normal(value, a + b.reduce((sum, one, k) => sum + one * x[3 * i + k], 0), sigma);
  });
  elbo -= normal(a, p.aLoc, Math.exp(p.aLog));
  b.forEach((one, i) => {
    elbo -= normal(one, p.bLoc[i], Math.exp(p.bLog[i]));
  });
  elbo -= normal(Math.log(sigma), p.sLoc, Math.exp(p.sLog)) - Math.log(sigma);
  return -elbo;
}

/** What `microsecondsAStep` measures, and what it computes. */
export async function prepare({ x, y }) {
  await init("wasm");
  defaultDevice("wasm");
  const tenth = Math.log(0.1);
  const start = {
    aLoc: 0,
    aLog: tenth,
    bLoc: [0, 0, 0],
    bLog: [tenth, tenth, tenth],
    sLoc: 0,
    sLog: tenth,
  };
  const array = (value) => np.array(value);
  const params = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, array(value)]));
  const noise = { ea: array(NOISE[0]), eb: array(NOISE.slice(1, 4)), es: array(NOISE[4]) };
  const [xs, ys] = [np.array(x.values).reshape(x.shape), np.array(y.values)];
  const step = jit(valueAndGrad(loss));
  const refs = (tree) => Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, value.ref]));
  const take = async (read) => {
    const [value, gradient] = step(refs(params), refs(noise), xs.ref, ys.ref);
    const out = read ? value.ref.dataSync()[0] : undefined;
    await blockUntilReady([value.ref, refs(gradient)]);
    value.dispose();
    for (const one of Object.values(gradient)) one.dispose();
    return out;
  };
  return { take, value: await take(true), expected: expected(start, x.values, y.values) };
}
