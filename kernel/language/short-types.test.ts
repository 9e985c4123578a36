import { expect, test } from "vitest";
import { shortTypes } from "./short-types.ts";

test.each([
  ["a type of a package", 'import("@tensorflow/tfjs-core/dist/tensor").Variable', "Variable"],
  [
    "a tensor",
    `'import("@tensorflow/tfjs-core/dist/tensor").Tensor<import("@tensorflow/tfjs-core/dist/types").Rank>'`,
    "'Tensor'",
  ],
  [
    "a room of the library",
    'typeof import("/home/me/tspyro/dist/lib/distributions/index")',
    'typeof import("tspyro/dist")',
  ],
  ["the library", 'typeof import("/home/me/tspyro/lib/index")', 'typeof import("tspyro")'],
  ["the views", 'typeof import("C:/tspyro/dist/widgets/index")', 'typeof import("tspyro/widgets")'],
  [
    "a package",
    'typeof import("/home/me/node_modules/@observablehq/plot/src/index")',
    'typeof import("@observablehq/plot")',
  ],
  [
    "a module beside the notebook",
    'typeof import("/home/me/course/helpers")',
    'typeof import("/home/me/course/helpers")',
  ],
  [
    "what has no module",
    "Type 'string' is not assignable to type 'number'.",
    "Type 'string' is not assignable to type 'number'.",
  ],
])("%s", (_name, message, expected) => {
  expect(shortTypes(message)).toBe(expected);
});
