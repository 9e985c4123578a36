/** Families of vectors and matrices whose elements depend on each other, and of angles. */
import type { Numeric } from "../../tensor/index.ts";
import * as dist from "../index.ts";
import { type Case, nan, of } from "./case.ts";

const LOC = [0.5, -1, 2];
const TRIL = [
  [1, 0, 0],
  [0.5, 2, 0],
  [-0.3, 0.4, 0.7],
];
const COVARIANCE = [
  [1, 0.5, -0.3],
  [0.5, 4.25, 0.65],
  [-0.3, 0.65, 0.74],
];
const vectors = {
  values: [
    [0.4, 0.3, -1],
    [1, -2, 0.5],
  ],
  outside: [[0, nan, 0]],
  paramEventDim: 1,
  pathwise: true,
};
const matrices = {
  values: [
    [
      [2, 0.5],
      [0.5, 3],
    ],
  ],
  outside: [
    [
      [1, 2],
      [2, 1],
    ],
    [
      [2, 0.5],
      [0.1, 3],
    ],
  ],
  paramEventDim: 1,
  pathwise: true,
  noSlope: "one element moved alone leaves the symmetric matrices; the references have the slope",
};

export const MATRICES: readonly Case[] = [
  {
    ...vectors,
    name: "MultivariateNormal",
    make: of(dist.MultivariateNormal),
    params: [{ loc: LOC, scaleTril: TRIL }],
    bad: [
      { params: { scaleTril: COVARIANCE }, says: "scaleTril" },
      { params: { loc: [0, nan, 0] }, says: "loc" },
      { params: { loc: [0, 1] }, says: "does not fit loc" },
    ],
    aliases: { loc: "mu" },
  },
  {
    ...vectors,
    name: "MultivariateNormal (covariance)",
    make: of(dist.MultivariateNormal),
    params: [{ loc: LOC, covarianceMatrix: COVARIANCE }],
    bad: [{ params: { covarianceMatrix: TRIL }, says: "covarianceMatrix" }],
    // One element moved alone is no covariance matrix: the references have the gradient.
    fixed: ["covarianceMatrix"],
  },
  {
    ...vectors,
    name: "MultivariateNormal (precision)",
    make: of(dist.MultivariateNormal),
    params: [{ loc: LOC, precisionMatrix: COVARIANCE }],
    bad: [{ params: { precisionMatrix: TRIL }, says: "precisionMatrix" }],
    fixed: ["precisionMatrix"],
  },
  {
    ...vectors,
    name: "LowRankMultivariateNormal",
    make: of(dist.LowRankMultivariateNormal),
    params: [
      {
        loc: LOC,
        covFactor: [
          [1, 0.2],
          [-0.5, 0.3],
          [0.1, 2],
        ],
        covDiag: [0.5, 1, 0.2],
      },
    ],
    bad: [
      { params: { covDiag: [1, 0, 1] }, says: "covDiag" },
      { params: { covFactor: [[1], [2]] }, says: "does not fit loc" },
    ],
    aliases: { loc: "mu" },
  },
  {
    name: "LKJCholesky",
    make: (params) => dist.LKJCholesky({ ...(params as { concentration: Numeric }), dim: 3 }),
    params: [{ concentration: 1.5 }, { concentration: 0.7 }],
    values: [
      [
        [1, 0, 0],
        [0.6, 0.8, 0],
        [0, 0.6, 0.8],
      ],
    ],
    outside: [
      [
        [1, 0, 0],
        [0.6, 0.9, 0],
        [0, 0.6, 0.8],
      ],
    ],
    bad: [{ params: { concentration: 0 }, says: "concentration" }],
    pathwise: true,
    noMoments: "those of a factor have no closed form; those of the correlations have a test of their own",
    noSlope: "one element moved alone leaves the factors; the references have the slope",
  },
  {
    ...matrices,
    name: "Wishart",
    make: of(dist.Wishart),
    params: [
      {
        df: 5,
        scaleTril: [
          [1, 0],
          [0.5, 2],
        ],
      },
    ],
    bad: [{ params: { df: 0.5 }, says: "df" }],
  },
  {
    ...matrices,
    name: "Wishart (covariance)",
    make: of(dist.Wishart),
    params: [
      {
        df: 5,
        covarianceMatrix: [
          [1, 0.5],
          [0.5, 4.25],
        ],
      },
    ],
    bad: [
      {
        params: {
          covarianceMatrix: [
            [1, 2],
            [2, 1],
          ],
        },
        says: "covarianceMatrix",
      },
    ],
    fixed: ["covarianceMatrix"],
  },
  {
    ...matrices,
    name: "Wishart (precision)",
    make: of(dist.Wishart),
    params: [
      {
        df: 7,
        precisionMatrix: [
          [1, 0.5],
          [0.5, 4.25],
        ],
      },
    ],
    bad: [],
    fixed: ["precisionMatrix"],
  },
  {
    name: "VonMises",
    make: of(dist.VonMises),
    params: [
      { loc: 0.4, concentration: 1 },
      { loc: 1, concentration: 0.1 },
      { loc: -0.3, concentration: 300 },
    ],
    values: [-3, -0.4, 0.1, 1.7],
    outside: [nan],
    bad: [{ params: { concentration: 0 }, says: "concentration" }],
    pathwise: false,
    noMoments: "its variance is that of directions, not of numbers",
  },
];
