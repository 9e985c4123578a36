/** Points, and distributions made out of others. */
import * as dist from "../index.ts";
import { type Case, cdfs, nan, of, onPositive, type Params } from "./case.ts";

export const DERIVED: readonly Case[] = [
  {
    name: "Delta",
    make: of(dist.Delta),
    params: [{ v: 1.5, logDensity: -0.7 }],
    values: [1.5],
    outside: [nan],
    bad: [{ params: { v: nan }, says: "v" }],
    fixed: ["v"],
    pathwise: true,
    noSlope: "the density is a point",
    noScore: "the score in v is not defined",
  },
  {
    name: "TransformedDistribution (LogitNormal)",
    make: (params) => dist.TransformedDistribution(of(dist.Normal)(params), dist.transforms.sigmoid),
    params: [{ loc: 0.5, scale: 1.3 }],
    values: [0.02, 0.3, 0.5, 0.98],
    outside: [-0.1, 1.2, nan],
    bad: [{ params: { scale: -1 }, says: "scale" }],
    pathwise: true,
    noMoments: "they have no closed form",
    ...cdfs,
  },
  {
    name: "TransformedDistribution (falling)",
    make: (params) => {
      const base = of(dist.Normal)(params);
      return dist.TransformedDistribution(base, [dist.transforms.affine(1, -0.5), dist.transforms.exp]);
    },
    params: [{ loc: 0.5, scale: 1.3 }],
    values: onPositive,
    outside: [0, -1, nan],
    bad: [{ params: { scale: -1 }, says: "scale" }],
    pathwise: true,
    noMoments: "they are not implemented for transformed distributions",
    ...cdfs,
  },
  {
    name: "Independent",
    make: (params) => of(dist.Normal)(params).toEvent(1),
    params: [{ loc: [0.5, -1, 2], scale: [1.3, 0.2, 1] }],
    values: [
      [0, -1, 2],
      [1, -0.8, 3],
    ],
    outside: [[0, nan, 0]],
    bad: [{ params: { scale: [1, -1, 1] }, says: "[1]" }],
    paramEventDim: 1,
    pathwise: true,
  },
  {
    name: "MixtureSameFamily",
    make: ({ probs, ...params }) =>
      dist.MixtureSameFamily(
        of(dist.Categorical)({ probs } as Params) as dist.Categorical,
        of(dist.Normal)(params),
      ),
    params: [{ probs: [0.2, 0.8], loc: [-1, 2], scale: [0.5, 1.5] }],
    values: [-3, -0.4, 1.7],
    outside: [nan],
    bad: [
      { params: { scale: [1, -1] }, says: "scale" },
      { params: { probs: [0, 0] }, says: "weights" },
    ],
    paramEventDim: 1,
    pathwise: false,
    hasCdf: true,
  },
  {
    name: "MixtureSameFamily (vectors)",
    make: ({ logits, ...params }) =>
      dist.MixtureSameFamily(
        of(dist.Categorical)({ logits } as Params) as dist.Categorical,
        of(dist.Normal)(params).toEvent(1),
      ),
    params: [
      {
        logits: [0.5, -0.3],
        loc: [
          [-1, 2, 0],
          [1, 0, 3],
        ],
        scale: [
          [0.5, 1.5, 1],
          [2, 0.3, 1],
        ],
      },
    ],
    values: [[-1, 0.2, 1]],
    outside: [[0, nan, 0]],
    bad: [],
    paramEventDim: 1,
    pathwise: false,
  },
];
