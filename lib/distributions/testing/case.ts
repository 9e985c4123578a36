/**
 * What a row of the table of distributions says.
 */
import type { Numeric } from "../../tensor/index.ts";
import type { Distribution } from "../distribution.ts";

export type Params = Readonly<Record<string, Numeric>>;

/** A property that a row does not have, and why: a reason to be read, not a switch. */
type Reason = string;

export interface Case {
  readonly name: string;
  readonly make: (params: Params) => Distribution;
  /** Parameters that the properties are tried at; the first set is also tried in batches. */
  readonly params: readonly Params[];
  /** Values inside the support, for every set of parameters. */
  readonly values: readonly Numeric[];
  /** Values outside it: refused, or scored -Infinity. */
  readonly outside: readonly Numeric[];
  /** Changes of the first set of parameters that are refused, with what the message must name. */
  readonly bad: readonly { readonly params: Params; readonly says: string }[];
  /** Keywords of the 0.1 manual, for the first set of parameters. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Parameters that densities and draws are not differentiated in. */
  readonly fixed?: readonly string[];
  /** Axes of one value of each parameter, where not 0. */
  readonly paramEventDim?: number;
  readonly discrete?: boolean;
  readonly pathwise: boolean;
  /** Draws have no mean or variance to compare with. */
  readonly noMoments?: Reason;
  /** E[f(x)] is tried by moments, not by the score function. */
  readonly noScore?: Reason;
  /** The density has no slope in one element of the value alone. */
  readonly noSlope?: Reason;
  readonly hasCdf?: boolean;
  readonly hasIcdf?: boolean;
  /** A relative tolerance against the references other than 1e-5 (2e-5 for gradients). */
  readonly loose?: {
    readonly logProb?: number;
    readonly gradient?: number;
    readonly moments?: number;
    readonly cdf?: number;
    readonly because: Reason;
  };
}

/** Makes a family out of keyword parameters, whatever their names. */
export const of =
  (make: unknown) =>
  (params: Params): Distribution =>
    (make as (params: Params) => Distribution)(params);

export const nan = Number.NaN;
export const reals = [-3, -0.4, 0, 1.7, 8];
export const onPositive = [0.05, 0.7, 1, 2.5, 9];
export const cdfs = { hasCdf: true, hasIcdf: true };
export const positiveScale = [
  { params: { scale: -1 }, says: "scale" },
  { params: { scale: 0 }, says: "positive" },
  { params: { scale: Number.NaN }, says: "NaN" },
];
