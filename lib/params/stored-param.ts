/** One parameter as the store holds it, and the checks of a program that asks for it again. */
import * as tf from "@tensorflow/tfjs-core";
import { bijectTo, type Constraint, constraints, type Transform } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import { notice } from "../notice.ts";
import type { ParamInit } from "../poutine/message.ts";
import { isRecording, sameShape, showShape, toTensor } from "../tensor/index.ts";
import { validationEnabled } from "../validation.ts";

/** The cell that creates parameters: its id, and how a person knows it ("cell [3]"). */
export interface ParamOwner {
  readonly id: string;
  readonly label: string;
}

export interface StoredParam {
  readonly name: string;
  /** The unconstrained value, which optimizers move. */
  readonly variable: tf.Variable;
  readonly constraint: Constraint;
  /** From the unconstrained value to the constrained one. */
  readonly transform: Transform;
  /** Shape of the constrained value. */
  readonly shape: readonly number[];
  readonly tags: Set<string>;
  active: boolean;
  /** The cell whose run created it, if there is one. */
  readonly owner: ParamOwner | null;
  /** Number of this incarnation: a parameter that is dropped and made again is another one. */
  readonly life: number;
  /** The initial value, where it is small enough to remember. */
  readonly initial: ArrayLike<number> | undefined;
  /** Whether the user was told that another initial value is not used. */
  noticed: boolean;
}

export interface NewParam {
  name: string;
  /** Makes the constrained initial value; what it makes on the way is disposed. */
  make: () => tf.Tensor;
  constraint: Constraint | undefined;
  tags: Iterable<string>;
  owner: ParamOwner | null;
}

/** Largest initial value that is remembered to be compared with later ones. */
const REMEMBERED = 4096;
let lives = 0;

/** Makes a parameter from its constrained initial value. @throws if the value is outside the constraint. */
export function createParam({
  name,
  make,
  constraint = constraints.real,
  tags,
  owner,
}: NewParam): StoredParam {
  let shape: number[] = [];
  let initial: ArrayLike<number> | undefined;
  const variable = tf.tidy(() => {
    const value = make();
    shape = value.shape;
    initial = remember(value);
    return tf.variable(unconstrain(name, value, constraint, bijectTo(constraint)));
  });
  return storedParam({ name, variable, constraint, shape, tags, owner, initial });
}

export function storedParam(
  parts: Pick<StoredParam, "name" | "variable" | "constraint" | "shape" | "owner" | "initial"> & {
    tags: Iterable<string>;
    active?: boolean;
  },
): StoredParam {
  return {
    ...parts,
    transform: bijectTo(parts.constraint),
    tags: new Set(parts.tags),
    active: parts.active ?? false,
    life: ++lives,
    noticed: false,
  };
}

/** The constrained value: a new tensor, through which gradients reach the variable. */
export function constrained({ variable, constraint, transform }: StoredParam): tf.Tensor {
  if (constraint.kind === "real" || constraint.kind === "dependent") return tf.clone(variable);
  return tf.tidy(() => transform.call(variable));
}

/** Gives a parameter another constrained value of the same shape. */
export function assign(param: StoredParam, value: tf.Tensor): void {
  const { name, variable, constraint, transform } = param;
  tf.tidy(() => variable.assign(unconstrain(name, value, constraint, transform)));
}

function unconstrain(
  name: string,
  value: tf.Tensor,
  constraint: Constraint,
  transform: Transform,
): tf.Tensor {
  if (validationEnabled() && !isRecording()) {
    const found = constraint.violation(value);
    if (found !== undefined) {
      throw pyroError({
        what: `The value of parameter "${name}" is outside its constraint ${constraint}`,
        where: `parameter "${name}"`,
        expected: constraint.meaning,
        got: found,
        try: "another initial value, or another constraint",
      });
    }
  }
  if (constraint.kind === "real" || constraint.kind === "dependent") return tf.clone(value);
  return transform.inverse(value);
}

/** The tensor that an initial value stands for; a function is called. */
export function initialTensor(name: string, init: ParamInit): tf.Tensor {
  const value = typeof init === "function" ? init() : init;
  try {
    // A copy of a typed array: what the user does with it later is no business of the parameter.
    return toTensor(ArrayBuffer.isView(value) ? value.slice() : value);
  } catch (error) {
    throw pyroError({
      what: `The initial value of parameter "${name}" is not numeric: ${(error as Error).message}`,
      where: `parameter "${name}"`,
      expected: "a tensor, a number, a nested array of numbers, or a function that returns one",
      cause: error,
    });
  }
}

function remember(value: tf.Tensor): ArrayLike<number> | undefined {
  return value.size > REMEMBERED || isRecording() ? undefined : value.dataSync();
}

/**
 * Checks an initial value that is not used because the parameter exists.
 * @throws if it has another shape; says once if it has another value.
 */
export function checkAgain(param: StoredParam, init: ParamInit | undefined, constraint?: Constraint): void {
  const { name, owner } = param;
  if (constraint !== undefined && constraint.name !== param.constraint.name && !param.noticed) {
    param.noticed = true;
    notice(
      `Parameter "${name}" is stored with constraint ${param.constraint}; it was asked for with ${constraint}, ` +
        "which is not used. To start again: getParamStore().delete(name) or clearParamStore().",
    );
  }
  if (init === undefined || typeof init === "function") return;
  const shape = shapeOfInit(init);
  if (!sameShape(shape, param.shape)) {
    throw pyroError({
      what: `Parameter "${name}" exists with another shape`,
      where: `parameter "${name}"${owner === null ? "" : `, created by ${owner.label}`}`,
      expected: `shape ${showShape(param.shape)}, which it has in the parameter store`,
      got: `an initial value of shape ${showShape(shape)}`,
      try:
        `getParamStore().delete("${name}") or clearParamStore() before the model runs with the new shape` +
        (owner === null ? "" : `, or run ${owner.label} again`),
    });
  }
  if (param.noticed || param.initial === undefined || !differs(init, param.initial)) return;
  param.noticed = true;
  notice(
    `Parameter "${name}" exists already and goes on from its current value: the initial value ${preview(init)} is not ` +
      `used (it was created with ${previewValues(param.initial)}). To start again from it: ` +
      `getParamStore().delete("${name}") or clearParamStore(). To draw a random initial value only once, pass a function.`,
  );
}

function shapeOfInit(init: Exclude<ParamInit, () => unknown>): number[] {
  if (init instanceof tf.Tensor) return init.shape;
  if (ArrayBuffer.isView(init)) return [init.length];
  const shape: number[] = [];
  for (let level: unknown = init; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function valuesOf(init: Exclude<ParamInit, () => unknown>): ArrayLike<number> | undefined {
  if (init instanceof tf.Tensor) return isRecording() ? undefined : init.dataSync();
  if (ArrayBuffer.isView(init)) return init;
  return Array.isArray(init) ? (init.flat(Number.POSITIVE_INFINITY) as number[]) : [Number(init)];
}

function differs(init: Exclude<ParamInit, () => unknown>, initial: ArrayLike<number>): boolean {
  const values = valuesOf(init);
  if (values === undefined) return false;
  return Array.from(initial).some(
    (old, i) => !Object.is(Math.fround(Number(values[i])), Math.fround(old)) && !(values[i] === old),
  );
}

function preview(init: Exclude<ParamInit, () => unknown>): string {
  return previewValues(valuesOf(init) ?? []);
}

function previewValues(values: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(3, values.length) }, (_, i) =>
    String(Number(Number(values[i]).toPrecision(6))),
  );
  return values.length === 1 ? String(shown[0]) : `[${shown.join(", ")}${values.length > 3 ? ", ..." : ""}]`;
}
