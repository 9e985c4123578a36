/** Families of counts whose chance or rate is itself drawn, or that have zeros of their own; ordered classes. */
import type { Numeric } from "../../tensor/index.ts";
import * as dist from "../index.ts";
import { type Case, nan, of } from "./case.ts";

const counts = {
  values: [0, 1, 7],
  outside: [-1, 0.5, nan],
  discrete: true,
  pathwise: false,
} as const;

export const MIXED_COUNTS: readonly Case[] = [
  {
    name: "BetaBinomial",
    make: of(dist.BetaBinomial),
    params: [
      { concentration1: 2, concentration0: 3.5, totalCount: 10 },
      { concentration1: 0.4, concentration0: 50, totalCount: 200 },
    ],
    values: [0, 3, 10],
    outside: [-1, 0.5, 201, nan],
    bad: [
      { params: { concentration1: 0 }, says: "concentration1" },
      { params: { totalCount: 2.5 }, says: "totalCount" },
    ],
    aliases: { totalCount: "n" },
    fixed: ["totalCount"],
    discrete: true,
    pathwise: false,
  },
  {
    ...counts,
    name: "GammaPoisson",
    make: of(dist.GammaPoisson),
    params: [
      { concentration: 2.5, rate: 0.7 },
      { concentration: 30, rate: 0.3 },
    ],
    bad: [{ params: { rate: 0 }, says: "rate" }],
    aliases: { concentration: "alpha", rate: "beta" },
  },
  {
    ...counts,
    name: "NegativeBinomial",
    make: of(dist.NegativeBinomial),
    params: [
      { totalCount: 5, probs: 0.3 },
      { totalCount: 0.7, probs: 0.8 },
    ],
    bad: [
      { params: { probs: 1 }, says: "probs" },
      { params: { totalCount: 0 }, says: "totalCount" },
    ],
    aliases: { totalCount: "n", probs: "ps" },
  },
  {
    ...counts,
    name: "NegativeBinomial (logits)",
    make: of(dist.NegativeBinomial),
    params: [{ totalCount: 5, logits: -0.7 }],
    bad: [{ params: { logits: nan }, says: "logits" }],
  },
  {
    ...counts,
    name: "ZeroInflatedPoisson",
    make: of(dist.ZeroInflatedPoisson),
    params: [
      { rate: 3, gate: 0.3 },
      { rate: 0.5, gate: 0.9 },
    ],
    bad: [{ params: { gate: 1.5 }, says: "gate" }],
    aliases: { rate: "lam" },
  },
  {
    ...counts,
    name: "ZeroInflatedPoisson (logits)",
    make: of(dist.ZeroInflatedPoisson),
    params: [{ rate: 3, gateLogits: -0.8 }],
    bad: [{ params: { gateLogits: nan }, says: "gateLogits" }],
  },
  {
    ...counts,
    name: "ZeroInflatedNegativeBinomial",
    make: of(dist.ZeroInflatedNegativeBinomial),
    params: [{ totalCount: 5, probs: 0.4, gate: 0.3 }],
    bad: [{ params: { gate: -0.5 }, says: "gate" }],
    aliases: { totalCount: "n" },
  },
  {
    ...counts,
    name: "ZeroInflatedNegativeBinomial (logits)",
    make: of(dist.ZeroInflatedNegativeBinomial),
    params: [{ totalCount: 5, logits: -0.4, gateLogits: 0.5 }],
    bad: [{ params: { logits: nan }, says: "logits" }],
  },
  {
    name: "DirichletMultinomial",
    make: (params) => dist.DirichletMultinomial({ ...(params as { concentration: Numeric }), totalCount: 4 }),
    params: [{ concentration: [0.7, 2, 3] }],
    values: [
      [0, 0, 4],
      [1, 0, 3],
    ],
    outside: [
      [1, 1, 1],
      [5, -1, 0],
    ],
    bad: [{ params: { concentration: [1, 0, 1] }, says: "concentration" }],
    aliases: { concentration: "alpha" },
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "OrderedLogistic",
    make: of(dist.OrderedLogistic),
    params: [
      { predictor: 0.4, cutpoints: [-1, 0.5, 2] },
      { predictor: -6, cutpoints: [-1, 0.5] },
    ],
    values: [0, 1, 2],
    outside: [4, 0.5, -1, nan],
    bad: [
      { params: { cutpoints: [0, 2, 1] }, says: "cutpoints" },
      { params: { predictor: nan }, says: "predictor" },
    ],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
    noMoments: "a class has no mean",
  },
];
