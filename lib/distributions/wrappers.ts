/** The derived distributions as users call them, with or without `new`. */
import { callable } from "./callable.ts";
import * as classes from "./distribution.ts";

export const Independent = callable("Independent", classes.Independent);
export type Independent = classes.Independent;
export const MaskedDistribution = callable("MaskedDistribution", classes.MaskedDistribution);
export type MaskedDistribution = classes.MaskedDistribution;
export const ExpandedDistribution = callable("ExpandedDistribution", classes.ExpandedDistribution);
export type ExpandedDistribution = classes.ExpandedDistribution;
