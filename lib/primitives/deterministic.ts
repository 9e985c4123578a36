/** Sites that are not random: a named value, and a term of the log-density. */
import * as tf from "@tensorflow/tfjs-core";
import { constraints, Distribution } from "../distributions/index.ts";
import type { SampleMessage } from "../poutine/message.ts";
import { applyStack } from "../poutine/stack.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { checkName } from "./name.ts";

function send(name: string, fn: Distribution, value: tf.Tensor, infer: Record<string, unknown>): tf.Tensor {
  const msg: SampleMessage = {
    type: "sample",
    name,
    fn,
    args: [],
    value,
    isObserved: true,
    done: true,
    stop: false,
    scale: 1,
    mask: undefined,
    infer,
    condIndepStack: [],
  };
  return applyStack(msg).value as tf.Tensor;
}

/** Records a value under a name: it is in the trace, and counts nothing. Returns it. */
export function deterministic(name: string, value: Numeric): tf.Tensor {
  checkName("deterministic", name);
  const tensor = toTensor(value);
  return send(name, new Named(tensor), tensor, { _deterministic: true });
}

/** Makes of a site that was to be drawn one with a value that is computed. */
export function makeDeterministic(msg: SampleMessage, value: tf.Tensor): void {
  msg.fn = new Named(value);
  msg.value = value;
  msg.isObserved = true;
  msg.done = true;
  msg.infer = { ...msg.infer, _deterministic: true };
}

/** Adds a term to the log-density of the program: `logFactor` in nats, of the batch shape of its plates. */
export function factor(name: string, logFactor: Numeric): void {
  checkName("factor", name);
  const term = toTensor(logFactor);
  send(name, new Factor(term, term.shape), tf.zeros([0]), { isAuxiliary: true });
}

/** A value that is what it is. */
class Named extends Distribution {
  readonly value: tf.Tensor;

  constructor(value: tf.Tensor) {
    super([]);
    this.value = value;
  }
  override get name(): string {
    return "Deterministic";
  }
  override get eventShape(): number[] {
    return [...this.value.shape];
  }
  get support() {
    return constraints.dependent;
  }
  override sample(): tf.Tensor {
    return this.value;
  }
  override logProb(): tf.Tensor {
    return tf.scalar(0);
  }
  protected draw(): tf.Tensor {
    return this.value;
  }
  protected scoreFormula(): tf.Tensor {
    return this.logProb();
  }
}

/** Its only value is empty, and its score is the term. */
class Factor extends Distribution {
  readonly term: tf.Tensor;

  constructor(term: tf.Tensor, batchShape: readonly number[]) {
    super(batchShape);
    this.term = term;
  }
  override get eventShape(): number[] {
    return [0];
  }
  get support() {
    return constraints.dependent;
  }
  override expand(batchShape: readonly number[]): Distribution {
    return new Factor(this.term, this.expandedShape(batchShape));
  }
  override logProb(): tf.Tensor {
    return tf.tidy(() => tf.broadcastTo(this.term, this.batchShape));
  }
  protected draw(batch: number[]): tf.Tensor {
    return tf.zeros([...batch, 0]);
  }
  protected scoreFormula(): tf.Tensor {
    return this.logProb();
  }
}
