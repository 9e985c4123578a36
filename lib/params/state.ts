/** Between a stored parameter and the plain data of `getState`. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { constraintFromJson, constraintToJson } from "./constraint-json.ts";
import { type ParamOwner, type StoredParam, storedParam } from "./stored-param.ts";
import type { ParamEntry } from "./types.ts";

export function entryOf(param: StoredParam): ParamEntry {
  const { name, variable, shape, constraint, tags, active } = param;
  return {
    name,
    shape: [...variable.shape],
    values: Float32Array.from(variable.dataSync()),
    valueShape: [...shape],
    constraint: constraintToJson(constraint),
    tags: [...tags],
    active,
  };
}

/** A parameter with a life of its own. @throws if the entry does not fit together. */
export function paramOf(entry: ParamEntry, owner: ParamOwner | null): StoredParam {
  const { name, shape, values, valueShape, tags, active } = entry;
  if (values.length !== shape.reduce((a, b) => a * b, 1)) {
    throw pyroError({
      what: `The state of parameter "${name}" does not fit together`,
      where: `parameter "${name}"`,
      expected: `as many values as shape [${shape}] has`,
      got: `${values.length} values`,
    });
  }
  const variable = tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape], "float32")));
  const constraint = constraintFromJson(entry.constraint);
  return storedParam({
    name,
    variable,
    constraint,
    shape: valueShape,
    tags,
    owner,
    initial: undefined,
    active,
  });
}
