/**
 * Random programs of mixed kernels: a generator that knows shapes writes a list of instructions; running the list is
 * plain tfjs. Operations are smooth and bounded, so that float32 rounding stays rounding through a whole program.
 */
import * as tf from "@tensorflow/tfjs-core";
import { growth } from "./random-instructions.ts";

/** A generator of its own: what is under test must not choose the tests. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** In [0, 1), by mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  tensor(shape: readonly number[]): tf.Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => 3 * this.next() - 1.5),
      [...shape],
    );
  }
}

export type Shape = readonly number[];

/** What a program has at hand: shapes while it is written, tensors while it runs. */
export interface Instruction {
  readonly text: string;
  readonly from: readonly number[];
  readonly shape: Shape;
  readonly f: (...xs: tf.Tensor[]) => tf.Tensor;
}

export interface RandomProgram {
  readonly text: string;
  readonly argumentShapes: readonly Shape[];
  readonly variables: readonly tf.Variable[];
  /** One step: results, gradients of a sum of some of them, and variables assigned. */
  readonly step: (...args: tf.Tensor[]) => tf.Tensor[];
  dispose(): void;
}

const MOST = 3000;

/** @param length instructions */
export function randomProgram(seed: number, length = 4 + (seed % 22)): RandomProgram {
  const chance = new Chance(seed);
  const dims = Array.from({ length: 4 }, () => chance.pick([1, 2, 2, 3, 3, 4, 5]));
  if (chance.next() < 0.2) dims.push(chance.pick([37, 64, 130]));
  const shape = (): number[] => Array.from({ length: chance.below(4) }, () => chance.pick(dims));
  const argumentShapes = Array.from({ length: 1 + chance.below(3) }, shape);
  const variableShapes = Array.from({ length: chance.below(3) }, shape);
  if (variableShapes.length === 2 && chance.next() < 0.6) variableShapes[1] = variableShapes[0] as number[];
  const shapes: Shape[] = [...argumentShapes, ...variableShapes];
  const inputs = shapes.length;
  const body: Instruction[] = [];
  const captured: tf.Tensor[] = [];
  const constant = (of: Shape): tf.Tensor => {
    const made = tf.keep(chance.tensor(of));
    captured.push(made);
    return made;
  };
  while (body.length < length) {
    const made = growth(chance, shapes, constant);
    if (made === undefined || made.shape.reduce((a, b) => a * b, 1) > MOST) continue;
    body.push(made);
    shapes.push(made.shape);
  }
  const variables = variableShapes.map((of) => tf.variable(chance.tensor(of)));
  const run = (values: readonly tf.Tensor[]): tf.Tensor[] => {
    const all = [...values];
    for (const { from, f } of body) all.push(f(...from.map((i) => all[i] as tf.Tensor)));
    return all;
  };

  const differentiated = chance.next() < 0.7;
  const outputs = Array.from({ length: 1 + chance.below(4) }, () => chance.below(shapes.length));
  const lossOf = Array.from(
    { length: 1 + chance.below(3) },
    () => inputs + chance.below(Math.max(1, body.length)),
  );
  const assignments = variables.flatMap((variable, v) =>
    assignment(chance, shapes, variable, v, variables, argumentShapes.length),
  );

  const step = (...args: tf.Tensor[]): tf.Tensor[] => {
    const given: tf.Tensor[] = [...args, ...variables];
    const all = run(given);
    const results = outputs.map((i) => all[i] as tf.Tensor);
    if (differentiated) {
      const loss = (...xs: tf.Tensor[]) => {
        const values = run(xs);
        return tf.addN(lossOf.map((i) => tf.tanh(tf.mean(tf.sin(values[i] as tf.Tensor))))) as tf.Scalar;
      };
      const live = tf.grads((...xs: tf.Tensor[]) =>
        tf.add(
          loss(...xs),
          xs.reduce((sum, x) => tf.add(sum, tf.mul(0.01, tf.sum(x))), tf.scalar(0) as tf.Tensor),
        ),
      );
      results.push(...live(given.map((x) => tf.clone(x))));
    }
    // What a variable held before it is assigned is a result too.
    for (const assign of assignments) assign.f(all);
    return results.map((x) => tf.clone(x));
  };
  const text = [
    `arguments ${JSON.stringify(argumentShapes)}, variables ${JSON.stringify(variableShapes)}`,
    ...body.map(
      (one, i) =>
        `%${inputs + i} = ${one.text}(${one.from.map((j) => `%${j}`)}) ${JSON.stringify(one.shape)}`,
    ),
    ...assignments.map((one) => one.text),
    `return ${outputs.map((i) => `%${i}`)}${differentiated ? `, gradients of ${lossOf.map((i) => `%${i}`)}` : ""}`,
  ].join("\n");
  return {
    text,
    argumentShapes,
    variables,
    step,
    dispose: () => tf.dispose([...variables, ...captured]),
  };
}

interface Assignment {
  readonly text: string;
  readonly f: (all: readonly tf.Tensor[]) => void;
}

function assignment(
  chance: Chance,
  shapes: readonly Shape[],
  variable: tf.Variable,
  v: number,
  variables: readonly tf.Variable[],
  first: number,
): Assignment[] {
  const same = (shape: Shape) =>
    shape.length === variable.shape.length && String(shape) === String(variable.shape);
  // tfjs cannot assign a variable to itself.
  const alike = shapes.flatMap((shape, i) => (i !== first + v && same(shape) ? [i] : []));
  const other = variables.findIndex((one, i) => i > v && same(one.shape));
  switch (chance.below(6)) {
    case 0:
      return [
        { text: `v${v} = 0.9 v${v} + 0.1`, f: () => variable.assign(tf.add(tf.mul(variable, 0.9), 0.1)) },
      ];
    case 1: {
      if (alike.length === 0) return [];
      const i = chance.pick(alike);
      return [{ text: `v${v} = tanh(%${i})`, f: (all) => variable.assign(tf.tanh(all[i] as tf.Tensor)) }];
    }
    case 2: {
      if (other < 0) return [];
      const partner = variables[other] as tf.Variable;
      return [
        {
          text: `v${v}, v${other} = v${other}, v${v}`,
          f: () => {
            const kept = tf.clone(variable);
            variable.assign(partner);
            partner.assign(kept);
          },
        },
      ];
    }
    case 3: {
      if (alike.length === 0) return [];
      const i = chance.pick(alike);
      return [{ text: `v${v} = %${i}`, f: (all) => variable.assign(all[i] as tf.Tensor) }];
    }
    case 4:
      return [
        {
          text: `v${v} = v${v} + 1; v${v} = v${v} / 2`,
          f: () => {
            variable.assign(tf.add(variable, 1));
            variable.assign(tf.div(variable, 2));
          },
        },
      ];
    default:
      return [];
  }
}
