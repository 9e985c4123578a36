import { kindOf, pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import { getRngState, setRngState } from "../../lib/tensor/index.ts";
import { formatCount, formatNumber } from "../views/format.ts";
import { estimateDensity } from "../views/kde.ts";
import { meanAndSd } from "../views/moments.ts";
import { ResultView } from "./result-view.ts";
import { type ShowOptions, showOptionNames } from "./shown.ts";
import { hasFunction } from "./sources.ts";

export interface ParticleSpreadOptions<A extends unknown[]> extends ShowOptions {
  /** Arguments of model and guide. */
  args?: A;
  /** How often the loss is estimated (default 200). */
  draws?: number;
  title?: string;
}

/** An `SVI`, by what is asked of it. */
export interface EvaluatedSource<A extends unknown[]> {
  evaluateLoss(...args: A): number;
}

/**
 * How far the estimates of an SVI's loss lie apart at the parameters of now: its density, its mean ± standard error. A wide
 * one wants more particles (`numParticles`), or a guide that is nearer to the posterior. No step is taken, and random
 * numbers are afterwards as they were.
 *
 * @example particleSpread(svi, { args: [data] })
 * @throws where the argument is no SVI, and what model and guide throw
 */
export function particleSpread<A extends unknown[]>(
  svi: EvaluatedSource<A>,
  options: ParticleSpreadOptions<A> = {},
): ResultView {
  checkOptions("particleSpread", options as ParticleSpreadOptions<unknown[]>, {
    ...{ args: true, draws: true, title: true },
    ...showOptionNames,
  });
  const { args, draws = 200, title, ...shown } = options;
  if (!hasFunction(svi, "evaluateLoss") || !(Number.isInteger(draws) && draws > 1)) {
    throw pyroError({
      what: "There is no spread to draw",
      where: "arguments of particleSpread",
      expected: "an SVI, and at least 2 draws",
      got: `${kindOf(svi)}, draws: ${String(draws)}`,
    });
  }
  const rng = getRngState();
  let losses: Float64Array;
  try {
    losses = Float64Array.from({ length: draws }, () =>
      svi.evaluateLoss(...(args ?? ([] as unknown[] as A))),
    );
  } finally {
    setRngState(rng);
  }
  const finite = losses.filter(Number.isFinite);
  const { mean, sd } = meanAndSd(finite, 1);
  const bad = draws - finite.length;
  const told = `Loss ${formatNumber(mean)} ± ${formatNumber(sd / Math.sqrt(finite.length), 2)} (standard error), standard deviation ${formatNumber(sd, 3)} of ${formatCount(draws)} estimates${bad > 0 ? `, ${formatCount(bad)} not finite` : ""}`;
  return new ResultView(told, shown, (views, view) =>
    views.density(
      {
        title: title ?? "Spread of the loss between particles",
        label: "loss = −ELBO (nats)",
        curves: [
          { name: `${formatCount(draws)} estimates, sd ${formatNumber(sd, 3)}`, ...estimateDensity(finite) },
        ],
        lines: [{ name: "mean", x: mean }],
      },
      view,
    ),
  );
}
