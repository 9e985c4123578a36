/** Every automatic guide in one table, for tests that ask the same of all. */
import type { Program } from "../../program.ts";
import { AutoDelta } from "../auto-delta.ts";
import { AutoDiagonalNormal } from "../auto-diagonal-normal.ts";
import type { AutoGuide, AutoGuideOptions } from "../auto-guide.ts";
import { AutoGuideList } from "../auto-guide-list.ts";
import { AutoIAFNormal } from "../auto-iaf-normal.ts";
import { AutoLaplaceApproximation } from "../auto-laplace-approximation.ts";
import { AutoLowRankMultivariateNormal } from "../auto-low-rank-multivariate-normal.ts";
import { AutoMultivariateNormal } from "../auto-multivariate-normal.ts";
import { AutoNormal, type AutoNormalOptions } from "../auto-normal.ts";

export interface GuideCase {
  readonly name: string;
  readonly make: <A extends unknown[]>(model: Program<A>, options?: AutoNormalOptions<A>) => AutoGuide<A>;
  /** What of a Gaussian posterior the family can be: its mean, each variance given the others, or all of it. */
  readonly reaches: "mean" | "mean field" | "covariance";
  /** Draws all sites as one vector. */
  readonly oneVector: boolean;
}

/** A point and a list have no scale of their own. */
function withoutScale<A extends unknown[]>(options: AutoNormalOptions<A> = {}): AutoGuideOptions<A> {
  const { initScale: _, ...others } = options;
  return others;
}

export const guideCases: readonly GuideCase[] = [
  { name: "AutoDelta", make: (m, o) => new AutoDelta(m, withoutScale(o)), reaches: "mean", oneVector: false },
  { name: "AutoNormal", make: (m, o) => new AutoNormal(m, o), reaches: "mean field", oneVector: false },
  {
    name: "AutoDiagonalNormal",
    make: (m, o) => new AutoDiagonalNormal(m, o),
    reaches: "mean field",
    oneVector: true,
  },
  {
    name: "AutoMultivariateNormal",
    make: (m, o) => new AutoMultivariateNormal(m, o),
    reaches: "covariance",
    oneVector: true,
  },
  {
    name: "AutoLowRankMultivariateNormal",
    make: (m, o) => new AutoLowRankMultivariateNormal(m, o),
    reaches: "covariance",
    oneVector: true,
  },
  {
    name: "AutoIAFNormal",
    make: (m, o) => new AutoIAFNormal(m, o),
    reaches: "covariance",
    oneVector: true,
  },
  {
    name: "AutoLaplaceApproximation",
    make: (m, o) => new AutoLaplaceApproximation(m, withoutScale(o)),
    reaches: "mean",
    oneVector: true,
  },
  {
    name: "AutoGuideList",
    make: (m, o) => new AutoGuideList(m, withoutScale(o)).append(new AutoNormal(m, o)),
    reaches: "mean field",
    oneVector: false,
  },
];
