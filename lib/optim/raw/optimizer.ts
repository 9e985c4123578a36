import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { releaseTape } from "../../infer/gradients.ts";
import type { Hyper } from "../hyper.ts";
import { PyroOptim } from "../pyro-optim.ts";
import { checkedHyper, type Given, type RuleHolder, ruleOf } from "../recipe.ts";
import type { OptimState } from "../state.ts";

/** Variables with arguments of their own, which go before those for all. */
export type ParamGroup<H extends Hyper> = { readonly params: readonly tf.Variable[] } & Given<H>;

/** Variables, or groups of them. */
export type RawTargets<H extends Hyper> = Iterable<tf.Variable | ParamGroup<H>>;

/**
 * An optimizer over given variables, as in torch. The variables are moved in place; a step writes all of them,
 * or nothing.
 *
 * @example
 * const optimizer = new optim.raw.Adam([w], { lr: 0.1 });
 * for (let i = 0; i < 100; i++) optimizer.step(() => tf.sum(tf.square(tf.sub(w, 3))));
 */
export class RawOptimizer<H extends Hyper = Hyper> {
  readonly #variables: readonly tf.Variable[];
  readonly #optim: PyroOptim<H>;

  /** @throws where there is no variable, one is given twice, or an argument is unknown or out of range */
  constructor(holder: RuleHolder<H>, variables: RawTargets<H>, args: Given<H> = {}) {
    const rule = ruleOf(holder);
    checkedHyper(rule, args, undefined);
    const targets = readTargets(variables, args, rule.name);
    this.#variables = targets.map(({ variable }) => variable);
    this.#optim = new PyroOptim<H>(
      holder,
      (name: string) => targets[Number(name)]?.args ?? args,
      {},
      {
        variable: (name) => this.#variables[Number(name)],
        life: (name) => (this.#variables[Number(name)] === undefined ? undefined : 1),
        tags: () => [],
      },
    );
    targets.forEach(({ args: own }, i) => {
      checkedHyper(rule, own, `variable ${i}`);
    });
  }

  /**
   * Take a step.
   * @param closure computes the loss, a scalar; it is differentiated with respect to the variables. Those that
   *   the loss does not depend on stay as they are
   * @returns the loss before the step
   */
  step(closure?: () => tf.Tensor): number {
    if (closure === undefined) {
      throw pyroError({
        what: "A step needs a closure that computes the loss: tensors carry no gradients here",
        where: `step of ${this.#optim.name}`,
        try: "step(() => loss), or applyGradients(grads) with gradients of your own",
      });
    }
    return tf.tidy(() => {
      const { value, grads } = differentiate(closure, [...this.#variables]);
      this.applyGradients(grads);
      return Number(value.dataSync()[0]);
    });
  }

  /** Take a step along given gradients, one for each variable in order; undefined leaves a variable alone. */
  applyGradients(grads: readonly (tf.Tensor | undefined)[]): void {
    const named: Record<string, tf.Tensor> = {};
    grads.forEach((grad, i) => {
      if (grad !== undefined && grad !== null) named[String(i)] = grad;
    });
    this.#optim.update(Object.keys(named), named);
  }

  /** The learning rate of the first variable's next step. */
  get lr(): number {
    return this.#optim.getLr("0");
  }

  /** The optimizer's state as plain data, by the variables' positions. */
  getState(): OptimState {
    return this.#optim.getState();
  }

  /** @throws where it is another optimizer's state or does not fit the variables; nothing changes then */
  setState(state: OptimState): void {
    this.#optim.setState(state);
  }

  toString(): string {
    return `${this.#optim.name}(${this.#variables.length} variables)`;
  }
}

function readTargets<H extends Hyper>(targets: RawTargets<H>, args: Given<H>, where: string) {
  const out: { variable: tf.Variable; args: Given<H> }[] = [];
  for (const target of targets) {
    if (target instanceof tf.Variable) {
      out.push({ variable: target, args });
      continue;
    }
    const { params, ...own } = target as { params: readonly tf.Variable[] };
    for (const variable of params ?? [target]) out.push({ variable, args: { ...args, ...own } });
  }
  const wrong = out.find(({ variable }) => !(variable instanceof tf.Variable));
  const unique = new Set(out.map(({ variable }) => variable));
  if (out.length > 0 && wrong === undefined && unique.size === out.length) return out;
  throw pyroError({
    what: "A bare optimizer needs the variables it is to move, each once",
    where,
    expected: "a list of tf.variable(...), or of { params: [...], ...arguments }",
    got:
      out.length === 0
        ? "an empty list"
        : wrong === undefined
          ? "a variable given twice"
          : String(wrong.variable),
  });
}

function differentiate(closure: () => tf.Tensor, variables: tf.Variable[]) {
  try {
    return tf.engine().gradients(closure, variables, undefined, true);
  } catch (error) {
    releaseTape();
    throw error;
  }
}
