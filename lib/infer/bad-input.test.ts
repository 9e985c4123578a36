import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import "../tensor/index.ts";
import * as dist from "../distributions/index.ts";
import { PyroError } from "../errors.ts";
import { Adam } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { activeHandlers } from "../poutine/stack.ts";
import { param, plate, sample } from "../primitives.ts";
import { SVI } from "./svi.ts";
import { Trace_ELBO } from "./trace-elbo.ts";

/** The mistakes that students make, each in a model beside a guide that is right. */
interface Mistake {
  name: string;
  model: () => unknown;
  guide?: () => unknown;
  /** What the message has to say: the site, what was expected, what came. */
  says: readonly RegExp[];
}

const guide = () => {
  sample("z", dist.Normal(param("loc", 0.5), 1));
};
const z = () => sample("z", dist.Normal(0, 1));

const mistakes: Mistake[] = [
  {
    name: "a guide without one of the model's sites",
    model: () => [z(), sample("w", dist.Normal(0, 1))],
    says: [/site "w"/, /expected: sample\("w"/, /got: a guide with z/],
  },
  {
    name: "a duplicate site",
    model: () => [z(), sample("y", dist.Normal(0, 1)), sample("y", dist.Normal(0, 1))],
    says: [/site "y" appears twice/, /expected:/, /try: rename/],
  },
  {
    name: "a scale of -1",
    model: () => sample("x", dist.Normal(z(), -1), { obs: 1 }),
    says: [/site "x"/, /expected: scale greater than 0/, /got: -1/],
  },
  {
    name: "an observation outside the support",
    model: () => [z(), sample("x", dist.Exponential(1), { obs: -2 })],
    says: [/site "x"/, /expected: at least 0/, /got: -2/],
  },
  {
    name: "a wrong shape in a plate",
    model: () => [z(), plate("rows", 5, () => sample("x", dist.Normal(tf.zeros([3]), 1)))],
    says: [/site "x"/, /plate "rows"/, /expected: size 5/, /got: size 3/, /toEvent/],
  },
  {
    name: "NaN in the data",
    model: () => plate("rows", 3, () => sample("x", dist.Normal(z(), 1), { obs: [1, Number.NaN, 2] })),
    says: [/site "x"/, /expected: numbers/, /got: 1 NaN/],
  },
  {
    name: "a model that returns a Promise",
    model: async () => z(),
    says: [/returned a Promise/, /expected: a plain synchronous function/, /try:/],
  },
  {
    name: "a parameter asked for with another shape",
    model: () => [z(), param("loc", [1, 2])],
    says: [/[Pp]arameter "loc"/, /expected: shape \[\]/, /got: an initial value of shape \[2\]/],
  },
];

beforeEach(() => {
  getParamStore().clear();
});

describe("bad input is told clearly, and nothing is lost", () => {
  it.each(mistakes)("$name", ({ model, guide: own = guide, says }) => {
    param("loc", 0.5);
    param("bystander", [1, 2]);
    const before = JSON.stringify(getParamStore().getState());
    const adam = new Adam({ lr: 0.1 });
    const svi = new SVI(model, own, adam, new Trace_ELBO());
    const tensors = tf.memory().numTensors;

    let error: unknown;
    try {
      svi.step();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PyroError);
    const message = (error as PyroError).message;
    for (const part of says) expect(message).toMatch(part);
    expect(message, "the table of the sites with their shapes").toMatch(/Trace Shapes:/);

    expect(JSON.stringify(getParamStore().getState())).toBe(before);
    expect(adam.getState()).toEqual({});
    expect(activeHandlers()).toHaveLength(0);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe("svi.run with arguments of the model in the place of options", () => {
  const asPyro = (...given: unknown[]) => {
    const svi = new SVI((_x: unknown) => z(), guide, new Adam({ lr: 0.1 }), new Trace_ELBO());
    return (svi.run as (...all: unknown[]) => Promise<unknown>).apply(svi, given);
  };

  it.each([
    ["an array", [5, [1, 2]], /got: 2 arguments, the second an object of class Array/],
    ["a tensor", [5, tf.scalar(1)], /the second an object of class Tensor/],
    ["a function", [5, () => 1], /the second a function/],
    ["more arguments", [5, {}, 1], /got: 3 arguments/],
    ["an option that does not exist", [5, { arg: [1] }], /no option "arg".*try: args/s],
    [
      "an argument that is in no array",
      [5, { args: tf.scalar(1) }],
      /no array.*class Tensor.*args: \[data\]/s,
    ],
    ["text, which is no array of letters", [5, { args: "data" }], /no array.*got: a string/s],
    ["a function that gives no array", [5, { args: () => tf.scalar(1) }], /no array.*class Tensor/s],
    ["steps as text", ["5"], /number of steps.*got: string/s],
  ])("%s", async (_name, given, says) => {
    await expect(asPyro(...given)).rejects.toThrow(says);
    expect(getParamStore().size).toBe(0);
  });
});
