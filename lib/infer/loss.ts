import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Message } from "../poutine/message.ts";
import { Messenger } from "../poutine/stack.ts";
import { ELBO, type ElboDispatch } from "./elbo.ts";
import type { LossAndGrads, LossTensors } from "./elbo-estimator.ts";
import { gradOf, type LiveParams } from "./gradients.ts";
import type { Program } from "./program.ts";

/** An ELBO, or an object of one's own that can do the same. */
export interface LossObject {
  loss?<A extends unknown[]>(model: Program<A>, guide: Program<A>, ...args: A): number;
  /** The loss and its gradients with respect to unconstrained parameters, by name. */
  lossAndGrads<A extends unknown[]>(model: Program<A>, guide: Program<A>, ...args: A): LossAndGrads;
  /** Of how many runs of model and guide a loss is the mean. */
  readonly numParticles?: number;
  /** The same as tensors, for the compiler: nothing is read on the host. */
  tensors?<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): LossTensors;
}

/** A loss of one's own: a scalar tensor, which is differentiated. */
export type LossFunction<A extends unknown[]> = (
  model: Program<A>,
  guide: Program<A>,
  ...args: A
) => tf.Tensor | number;

/** Gradients of one's own, for a loss that tfjs cannot differentiate. */
export type LossAndGradsFunction<A extends unknown[]> = (
  model: Program<A>,
  guide: Program<A>,
  ...args: A
) => LossAndGrads;

export type AnyLoss<A extends unknown[]> = "ELBO" | LossObject | LossFunction<A>;

/** What SVI needs of a loss, whatever it was given. */
export interface Objective<A extends unknown[]> {
  evaluate(args: A): number;
  lossAndGrads(args: A): LossAndGrads;
  /** The same without reading the loss; undefined where the loss computes its gradients on the host. */
  readonly tensors: ((args: A) => LossTensors) | undefined;
  /** Of how many particles the loss is the mean, where it says so. */
  readonly numParticles: number | undefined;
}

export interface LossOptions<A extends unknown[]> extends ElboDispatch {
  lossAndGrads?: LossAndGradsFunction<A>;
}

/** @throws where the loss is none of the kinds there are */
export function objectiveOf<A extends unknown[]>(
  model: Program<A>,
  guide: Program<A>,
  loss: AnyLoss<A>,
  { lossAndGrads, ...elboOptions }: LossOptions<A>,
): Objective<A> {
  const given = loss === "ELBO" ? new ELBO(elboOptions) : loss;
  if (isClass(given)) throw classGiven(given as unknown as { readonly name: string });
  const evaluate = evaluator(model, guide, given);
  const numParticles = typeof given === "object" ? given?.numParticles : undefined;
  if (lossAndGrads !== undefined) {
    return {
      evaluate,
      lossAndGrads: (args) => lossAndGrads(model, guide, ...args),
      tensors: undefined,
      numParticles,
    };
  }
  if (typeof given === "function") {
    const tensors = (args: A) => differentiate(() => given(model, guide, ...args));
    return { evaluate, lossAndGrads: (args) => read(tensors(args)), tensors, numParticles };
  }
  if (typeof given === "object" && given !== null && typeof given.lossAndGrads === "function") {
    const lossAndGrads = (args: A) => given.lossAndGrads(model, guide, ...args);
    const tensors =
      given.tensors === undefined ? undefined : (args: A) => tensorsOf(given, model, guide, args);
    return { evaluate, lossAndGrads, tensors, numParticles };
  }
  throw pyroError({
    what: "SVI does not know this loss",
    where: "argument loss of SVI",
    expected: '"ELBO", an ELBO object, or a function (model, guide, ...args) => scalar tensor',
    got: String(loss),
  });
}

/** A class in the place of what it makes: `ELBO` can be called too, and would be taken for a loss. */
function isClass(loss: unknown): boolean {
  return typeof loss === "function" && (loss === (ELBO as unknown) || /^class\b/.test(String(loss)));
}

function classGiven({ name }: { readonly name: string }): Error {
  const shown = name === "dispatch" ? "ELBO" : name;
  return pyroError({
    what: `SVI needs a loss, not the class ${shown}`,
    where: "argument loss of SVI",
    expected: '"ELBO", an ELBO object, or a function (model, guide, ...args) => scalar tensor',
    got: `class ${shown}`,
    try: `new ${shown}()`,
  });
}

function tensorsOf<A extends unknown[]>(
  given: LossObject,
  model: Program<A>,
  guide: Program<A>,
  args: A,
): LossTensors {
  if (given.tensors === undefined) throw new Error("this loss has no tensors");
  return given.tensors(model, guide, args);
}

function evaluator<A extends unknown[]>(
  model: Program<A>,
  guide: Program<A>,
  given: LossObject | LossFunction<A>,
): (args: A) => number {
  return (args) => {
    if (typeof given === "function") return tf.tidy(() => numberOf(given(model, guide, ...args)));
    if (typeof given.loss === "function") return given.loss(model, guide, ...args);
    const { loss, grads } = given.lossAndGrads(model, guide, ...args);
    tf.dispose(grads);
    return loss;
  };
}

/** Sees every parameter that a program asks for. */
class ParamCapture extends Messenger {
  readonly #params: LiveParams;

  constructor(params: LiveParams) {
    super();
    this.#params = params;
  }

  override postprocessMessage(msg: Message): void {
    if (msg.type === "param" && msg.unconstrained !== undefined)
      this.#params.add(msg.name, msg.unconstrained);
  }
}

function differentiate(f: () => tf.Tensor | number): LossTensors {
  const { value, grads } = gradOf((params) => {
    const loss = new ParamCapture(params).run(f);
    if (!(loss instanceof tf.Tensor) || loss.size !== 1) {
      throw pyroError({
        what: "A loss that is to be differentiated must return a scalar tensor",
        where: "argument loss of SVI",
        got: loss instanceof tf.Tensor ? `a tensor of shape [${loss.shape.join(", ")}]` : String(loss),
        try: "return a tensor without calling dataSync, or give SVI { lossAndGrads } as well",
      });
    }
    return loss.rank === 0 ? loss : tf.sum(loss);
  });
  return { loss: value, grads };
}

function read({ loss, grads }: LossTensors): LossAndGrads {
  const value = numberOf(loss);
  loss.dispose();
  return { loss: value, grads };
}

function numberOf(loss: tf.Tensor | number): number {
  return typeof loss === "number" ? loss : (loss.dataSync()[0] ?? Number.NaN);
}
