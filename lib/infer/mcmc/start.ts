import { pyroError } from "../../errors.ts";
import { restoring } from "../../restoring.ts";
import { getRngState, setRngState } from "../../tensor/index.ts";
import type { InitFunction } from "../auto/init.ts";
import type { Posterior } from "./posterior.ts";
import type { Potential } from "./potential.ts";
import type { Random } from "./random.ts";

/** Points that are tried until one has a finite density and gradient. */
const TRIES = 100;

/**
 * A point where a chain can start. Its random numbers are the chain's own.
 * @param first to be tried before others
 * @throws where none was found, naming the site to blame
 */
export function startingPoint<A extends unknown[]>(
  posterior: Posterior<A>,
  potential: Potential,
  init: InitFunction,
  random: Random,
  first?: Float64Array,
): Float64Array {
  const gradient = new Float64Array(potential.size);
  let point: Float64Array = gradient;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    point = (attempt === 0 ? first : undefined) ?? drawingFrom(random, () => posterior.point(init));
    const finite = Number.isFinite(potential.evaluate(point, gradient)) && gradient.every(Number.isFinite);
    if (finite) return point;
  }
  const culprit = posterior.culprit(point);
  throw pyroError({
    what: `Cannot find valid initial parameters: ${TRIES} points have no finite log-density and gradient`,
    where: culprit === undefined ? "the gradient" : `site "${culprit.site}"`,
    expected: "a finite log-density",
    got:
      culprit === undefined
        ? `gradient ${Array.from(gradient.slice(0, 6), (x) => Number(x.toPrecision(3))).join(", ")}`
        : `${culprit.logDensity} at ${culprit.value}`,
    try: 'initStrategy: "median" or infer.initToValue({ values }); look for data outside the support of the site',
  });
}

/** Run `f` with random numbers of a chain in place of the global ones. */
export function drawingFrom<T>(random: Random, f: () => T): T {
  const before = getRngState();
  const word = () => Math.floor(random.uniform() * 2 ** 32);
  setRngState({ seed: [word(), word()], counter: 0 });
  return restoring(() => setRngState(before), f);
}
