/** `param`: the values that inference changes. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Constraint } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import type { ParamInit, ParamMessage } from "../poutine/message.ts";
import { applyStack } from "../poutine/stack.ts";
import { checkName } from "./name.ts";

export interface ParamSettings {
  /** Where the value lives; any real number by default. */
  constraint?: Constraint | undefined;
  /** Number of rightmost axes that are one value; needed where a plate subsamples the parameter. */
  eventDim?: number | undefined;
  /** Tags by which parameters are grouped; `default` by default. */
  tags?: string | Iterable<string> | undefined;
}

const optionNames: OptionNames<ParamSettings> = { constraint: true, eventDim: true, tags: true };

/**
 * A parameter: made from `init` the first time, later taken from the parameter store.
 *
 *     param("loc", 0)
 *     param("scale", () => tf.ones([3]), { constraint: dist.constraints.positive })
 *
 * @param init tensor, number, nested array, or a function that makes one; used only the first time
 * @returns the constrained value, through which gradients flow
 * @throws if the parameter exists with another shape, or `init` is missing or outside the constraint
 */
export function param(name: string, init?: ParamInit, settings: ParamSettings = {}): tf.Tensor {
  checkName("param", name);
  checkOptions(`parameter "${name}"`, settings, optionNames);
  const { constraint, eventDim, tags = "default" } = settings;
  if (constraint !== undefined && typeof constraint.check !== "function")
    throw notConstraint(name, constraint);
  const msg: ParamMessage = {
    type: "param",
    name,
    args: [init],
    constraint,
    eventDim,
    tags: typeof tags === "string" ? [tags] : [...tags],
    value: undefined,
    unconstrained: undefined,
    isObserved: false,
    done: false,
    stop: false,
    infer: {},
    condIndepStack: [],
  };
  return applyStack(msg).value as tf.Tensor;
}

function notConstraint(name: string, got: unknown): Error {
  return pyroError({
    what: "This is not a constraint",
    where: `parameter "${name}", option constraint`,
    expected: "one of dist.constraints, such as dist.constraints.positive or dist.constraints.interval(0, 1)",
    got:
      typeof got === "function" ? `the function ${got.name}, which makes one when it is called` : String(got),
  });
}
