/**
 * The table that every property of every distribution is tested over. A new family is a row of it; what does not hold
 * for a family is said in its row, with the reason.
 */
import type { Case } from "./case.ts";
import { CONTINUOUS } from "./continuous.ts";
import { DERIVED } from "./derived.ts";
import { DISCRETE } from "./discrete.ts";
import { MATRICES } from "./matrices.ts";
import { MIXED_COUNTS } from "./mixed-counts.ts";
import { RELAXED } from "./relaxed.ts";

export type { Case, Params } from "./case.ts";

export const CASES: readonly Case[] = [
  ...CONTINUOUS,
  ...RELAXED,
  ...MATRICES,
  ...DISCRETE,
  ...MIXED_COUNTS,
  ...DERIVED,
];
