/**
 * One function with one structure of arguments on its way to a program: a call is recorded, the next is recorded and
 * compared, then the program stands for it until something shows that the function may be another one.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../graph.ts";
import { record } from "../record/record.ts";
import { Refusal } from "../refusal.ts";
import { difference } from "../verify.ts";
import { CallProgram } from "./call-program.ts";
import { eagerly, refusePromise } from "./results.ts";
import { type Flat, flatten } from "./tree.ts";
import type { Mark, Watcher } from "./watch.ts";

interface Taken {
  readonly graph: Graph;
  /** The structure of what the function returned. */
  readonly result: Flat;
}

/** Records that may differ from the ones before until the function is left alone. */
const MOST_RECORDS = 5;

export class Stage {
  readonly #fn: (...args: unknown[]) => unknown;
  readonly #watch: Watcher;
  #taken: Taken | undefined;
  #records = 0;
  #program: CallProgram | undefined;
  #mark: Mark | undefined;
  #reason: string | undefined;

  constructor(fn: (...args: unknown[]) => unknown, watch: Watcher) {
    this.#fn = fn;
    this.#watch = watch;
  }

  get program(): CallProgram | undefined {
    return this.#program;
  }

  /** Why calls are not compiled. */
  get reason(): string | undefined {
    if (this.#program !== undefined) return undefined;
    return this.#reason ?? `it was called ${this.#records === 1 ? "once" : `${this.#records} times`} so far`;
  }

  /** The same where it will not be tried again. */
  get refusal(): string | undefined {
    return this.#reason;
  }

  /** @param flat the structure of the arguments */
  call(args: readonly unknown[], flat: Flat): unknown {
    const program = this.#reason === undefined ? this.#program : undefined;
    if (program?.isCurrent && this.#mark !== undefined && this.#watch.isUnchanged(this.#mark)) {
      const results = program.run(flat.tensors);
      if (results !== undefined) return (this.#taken as Taken).result.build(results);
      // A position outside of its tensor, say: run as it is, the function tells what is wrong.
      return this.#eagerly(args, flat);
    }
    return this.#reason === undefined ? this.#record(args, flat) : this.#eagerly(args, flat);
  }

  #eagerly(args: readonly unknown[], { tensors }: Flat): unknown {
    return eagerly(tensors, () => this.#fn(...args));
  }

  /** A real call, while the compiler listens. */
  #record(own: readonly unknown[], flat: Flat): unknown {
    let found: Taken | undefined;
    let reason: string | undefined;
    const recording = this.#watch.begin(flat.functions, this.#taken !== undefined);
    const value = eagerly(flat.tensors, () => {
      const given = flat.tensors.map(apart);
      const same = given.every((tensor, i) => tensor === flat.tensors[i]);
      const args = same ? own : (flat.build(given) as unknown[]);
      const recorded = recording.run(() =>
        record(given, () => {
          const value = refusePromise(this.#fn(...args));
          const result = resultOf(value);
          return { result: { value, result }, outputs: result instanceof Refusal ? [] : result.tensors };
        }),
      );
      const { value, result } = recorded.result;
      if (recorded.graph === undefined) reason = recorded.reason;
      else if (result instanceof Refusal) reason = result.message;
      else if (!isStill(args, flat.key)) reason = "it changes its arguments";
      else found = { graph: recorded.graph, result };
      if (found === undefined) recorded.graph?.dispose();
      return value;
    });
    const end = recording.end();
    this.#mark = end.mark;
    this.#judge(found, reason ?? end.reason, flat.tensors.length);
    return value;
  }

  #judge(found: Taken | undefined, reason: string | undefined, count: number): void {
    this.#records++;
    const earlier = this.#taken;
    this.#taken = undefined;
    if (found === undefined || reason !== undefined) {
      found?.graph.dispose();
      earlier?.graph.dispose();
      this.#program = undefined;
      if (!this.#mayPass(reason ?? "")) this.#giveUp(reason ?? "");
      return;
    }
    const differs = earlier === undefined ? undefined : differenceOf(earlier, found);
    earlier?.graph.dispose();
    this.#taken = found;
    if (earlier === undefined || differs !== undefined) {
      this.#program = undefined;
      if (differs !== undefined && this.#records >= MOST_RECORDS) this.#giveUp(differs);
      return;
    }
    this.#records = 0;
    try {
      if (this.#program?.isCurrent !== true) this.#program = new CallProgram(found.graph, count);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#giveUp(error.message);
    } finally {
      // From here on it is only compared.
      found.graph.dispose();
    }
  }

  /** The first call may make the variables, or fill the caches, that the later ones find. */
  #mayPass(reason: string): boolean {
    if (/makes a variable/.test(reason)) return this.#records < MOST_RECORDS;
    return this.#records === 1 && /changes the variable/.test(reason);
  }

  #giveUp(reason: string): void {
    this.#reason = reason;
    this.#program = undefined;
    this.#taken?.graph.dispose();
    this.#taken = undefined;
  }
}

/** The structure of a result, or why it has none that a program could give. */
function resultOf(value: unknown): Flat | Refusal {
  try {
    return flatten(value, "what it returns");
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Whether arguments have the structure that they had. */
function isStill(args: readonly unknown[], key: string): boolean {
  try {
    return flatten(args, "an argument").key === key;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A variable that is assigned an argument shares its data, and would seem not to be assigned. */
function apart(tensor: tf.Tensor): tf.Tensor {
  const shared = Object.values(tf.engine().registeredVariables).some(
    ({ dataId }) => dataId === tensor.dataId,
  );
  return shared ? tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype) : tensor;
}

function differenceOf(one: Taken, other: Taken): string | undefined {
  return one.result.key === other.result.key
    ? difference(one.graph, other.graph)
    : "it returns something else from call to call, besides the values of tensors";
}
