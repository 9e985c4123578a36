import * as tf from "@tensorflow/tfjs-core";
import { detached } from "../../distributions/helpers.ts";
import type { Distribution } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import type { Message, SampleMessage } from "../../poutine/message.ts";
import { describePlate } from "../../poutine/site-score.ts";
import { Messenger } from "../../poutine/stack.ts";
import { type BackendName, backendName } from "../../tensor/index.ts";
import { finiteScores } from "./finite-scores.ts";

/** What is known of an enumerated site beside the site itself: under `infer._enumerated`. */
export interface Enumerated {
  /** The axis of its values, counted from the right, left of all plates; undefined if tried one after the other. */
  readonly dim: number | undefined;
  /** False where its probability is exactly 0. */
  readonly possible: tf.Tensor;
}

export function enumerated(site: { readonly infer: Record<string, unknown> }): Enumerated | undefined {
  return site.infer._enumerated as Enumerated | undefined;
}

/** Which axes are taken: shared by guide and model, so that each site has an axis of its own. */
export class EnumDims {
  readonly plates: number;
  #used = 0;

  /** @param plates how many axes belong to plates */
  constructor(plates: number) {
    this.plates = plates;
  }

  next(): number {
    return -1 - this.plates - this.#used++;
  }
}

/**
 * Gives enumerable latent sites all their values at once, along an axis of their own; prepares the others, which are
 * tried one after the other, to be scored.
 */
export class EnumerateMessenger extends Messenger {
  readonly #dims: EnumDims;
  readonly #all: boolean;

  /** @param all whether to enumerate every enumerable site (the guide), or those that ask for it (the model) */
  constructor(dims: EnumDims, all: boolean) {
    super();
    this.#dims = dims;
    this.#all = all;
  }

  override processMessage(msg: Message): undefined {
    if (msg.type !== "sample" || msg.isObserved || msg.isSubsample === true) return;
    // What was replayed from the guide is enumerated there, and only scored here.
    if (msg.done) {
      if (enumerated(msg) !== undefined) msg.fn = finiteScores(msg.fn);
      return;
    }
    const way = wayOf(msg, this.#all);
    if (way !== "parallel") return;
    checkAxes(msg, this.#dims.plates);
    const dim = this.#dims.next();
    checkRank(msg, dim);
    msg.value = valuesAlong(msg.fn, dim);
    msg.done = true;
    prepare(msg, dim);
  }
}

/** Marks a site as enumerated; its value is set already. */
export function prepare(msg: SampleMessage, dim: number | undefined): void {
  const { fn, value } = msg;
  const possible = detached(() => tf.greater(fn.logProb(value as tf.Tensor), Number.NEGATIVE_INFINITY));
  msg.infer = { ...msg.infer, _enumerated: { dim, possible } satisfies Enumerated };
  msg.fn = finiteScores(fn);
}

/** How a site is enumerated, if at all. @throws where it asks for what it cannot have, naming it */
export function wayOf(msg: SampleMessage, all: boolean): "parallel" | "sequential" | undefined {
  const { enumerate } = msg.infer;
  if (enumerate === undefined && !all) return undefined;
  if (enumerate !== undefined && enumerate !== "parallel" && enumerate !== "sequential")
    throw refusal(msg, `there is no way "${enumerate}"`, '"parallel" or "sequential"');
  const batch = msg.fn.batchShape.some((n) => n > 1);
  if (!msg.fn.hasEnumerateSupport) {
    if (enumerate === undefined) return undefined;
    throw refusal(msg, "its support cannot be listed", "a distribution with a finite support");
  }
  if (enumerate === "sequential" && batch) {
    const expected = 'infer: { enumerate: "parallel" }: one value after the other is for single values';
    throw refusal(msg, "the elements of a batch have values of their own", expected);
  }
  return enumerate ?? (batch ? "parallel" : "sequential");
}

/** Every value along axis `dim` (negative), with axes of length 1 between it and the event. */
function valuesAlong(fn: Distribution, dim: number): tf.Tensor {
  const values = fn.enumerateSupport(false);
  const ones = new Array<number>(-dim - 1).fill(1);
  return tf.reshape(values, [values.shape[0] ?? 0, ...ones, ...fn.eventShape]);
}

/** Elements are summed one by one, so each axis of a batch must be declared independent. */
function checkAxes(msg: SampleMessage, plates: number): void {
  const deep = msg.condIndepStack.find(({ dim }) => dim !== null && -dim > plates);
  if (deep !== undefined) {
    throw refusal(
      msg,
      `${describePlate(deep)} is deeper than the plates of an earlier run`,
      `option maxPlateNesting: ${-(deep.dim ?? 0)} of TraceEnum_ELBO`,
    );
  }
  const { batchShape } = msg.fn;
  for (let dim = -1; dim >= -Math.min(plates, batchShape.length); dim--) {
    if ((batchShape.at(dim) ?? 1) > 1 && !msg.condIndepStack.some((frame) => frame.dim === dim)) {
      throw refusal(
        msg,
        `no plate stands at its axis ${dim}`,
        `plate(name, ${batchShape.at(dim)}, ...) around it`,
      );
    }
  }
}

/** XNNPACK, in the wasm backend, returns wrong numbers for more than six axes: one is left for a categorical's outcomes. */
const MOST_AXES: Partial<Record<BackendName, number>> = { wasm: 5 };

function checkRank(msg: SampleMessage, dim: number): void {
  const most = MOST_AXES[backendName()];
  if (most === undefined || -dim <= most) return;
  throw pyroError({
    what: `Site "${msg.name}" cannot be enumerated: the wasm backend has no axis left for it`,
    where: `site "${msg.name}"`,
    expected: `at most ${most} axes, those of plates included: each enumerated site has one of its own`,
    got: `axis ${dim}`,
    try: "the tensorflow or the cpu backend (TSPYRO_BACKEND), which take as many as there are sites",
  });
}

export function refusal(
  site: { readonly name: string; readonly fn: Distribution },
  why: string,
  expected: string,
) {
  return pyroError({
    what: `Site "${site.name}" cannot be enumerated: ${why}`,
    where: `site "${site.name}"`,
    expected,
    got: String(site.fn),
  });
}
