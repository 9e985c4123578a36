/**
 * One optimizer's traffic with the other ranks. Each step begins with a few numbers that all ranks agree on: whether they
 * bring the same gradients, all finite, of parameters that began alike. Only then do the gradients travel. Otherwise all
 * ranks leave their compiled step and take it eagerly, where they tell each other what they have.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { World } from "../../distributed/world.ts";
import { pyroError } from "../../errors.ts";
import { isRecording } from "../../tensor/index.ts";
import {
  type HostBackend,
  makeOutput,
  readFloats,
  registerEverywhere,
  runKernel,
} from "../../tensor/kernels.ts";
import { EagerStep } from "../eager-step.ts";
import { agreeOnLayout } from "./agreement.ts";
import { type GradientLayout, layoutOf, parts } from "./layout.ts";
import { type FuseOptions, reduceFused } from "./reduce.ts";
import type { Synchrony } from "./synchrony.ts";

export type NamedGradient = readonly [name: string, grad: tf.Tensor];

/** Gradients of all ranks, or the news that parameters have been given other values first. */
export type Exchanged =
  | { readonly grads: readonly NamedGradient[]; readonly finite: boolean; readonly again: false }
  | { readonly again: true };

const KERNEL = "TspyroExchange";
const exchanges = new Map<number, WeakRef<Exchange>>();

export class Exchange {
  readonly #world: World;
  readonly #options: FuseOptions;
  readonly #synchrony: Synchrony;
  readonly #number = exchanges.size;
  readonly #layouts: GradientLayout[] = [];
  #steps = 0;

  constructor(world: World, options: FuseOptions, synchrony: Synchrony) {
    this.#world = world;
    this.#options = options;
    this.#synchrony = synchrony;
    exchanges.set(this.#number, new WeakRef(this));
    registerEverywhere(KERNEL, ({ inputs, attrs, backend }) => {
      const { x } = inputs as { x: tf.TensorInfo };
      const { exchange, layout } = attrs as { exchange: number; layout: number };
      const own = exchanges.get(exchange)?.deref();
      const values = readFloats(backend as HostBackend, x);
      if (own === undefined) throw new Error("the optimizer of a compiled step is gone");
      return makeOutput(backend as HostBackend, own.#compiled(values, layout), [values.length - 1]);
    });
  }

  /** The step of this optimizer that comes next, from 1. */
  get step(): number {
    return this.#steps + 1;
  }

  /** An eager step's gradients. New tensors, which are the caller's. */
  eager(own: readonly NamedGradient[], isKnown: () => readonly string[]): Exchanged {
    this.#world.at(this.step);
    const brought = layoutOf(own.map(([name, grad]) => [name, grad.shape]));
    const finite = own.every(([, grad]) => grad.dataSync().every(Number.isFinite));
    const { same, allEager, allFinite, synced } = this.#agree(brought, { eager: true, finite });
    // The others take this step eagerly too, now that they know.
    if (!allEager && !(same && synced && allFinite)) return this.eager(own, isKnown);
    const layout = same ? brought : agreeOnLayout(this.#world, brought, isKnown(), this.#number);
    if (!synced && this.#synchrony.synchronise(this.#world, layout)) return { again: true };
    const sent = new Float32Array(layout.length);
    const grads = new Map(own);
    for (const [name, part] of parts(sent, layout)) {
      const grad = grads.get(name);
      if (grad !== undefined) part.set(grad.dataSync() as Float32Array);
    }
    const reduced = reduceFused(this.#world, sent, layout.sizes, this.#options);
    const named = parts(reduced, layout);
    const overflow = allFinite ? named.find(([, values]) => !values.every(Number.isFinite)) : undefined;
    if (overflow !== undefined) throw overflown(overflow[0], this.#options);
    this.#steps++;
    return {
      grads: named.map(([name, values], i) => [
        name,
        tf.tensor(values.slice(), [...(layout.shapes[i] ?? [])]),
      ]),
      finite: allFinite,
      again: false,
    };
  }

  /** Let parameters begin alike before gradients are added up over several steps. @returns whether any has changed */
  begin(own: readonly NamedGradient[], isKnown: () => readonly string[]): boolean {
    const brought = layoutOf(own.map(([name, grad]) => [name, grad.shape]));
    const { same, synced } = this.#agree(brought, { eager: true, finite: true });
    if (synced) return false;
    const layout = same ? brought : agreeOnLayout(this.#world, brought, isKnown(), this.#number);
    return this.#synchrony.synchronise(this.#world, layout);
  }

  /** The same as a function of tensors, for a compiler. */
  tensors(names: readonly string[], loss: tf.Tensor, grads: readonly tf.Tensor[]): tf.Tensor[] {
    const layout = layoutOf(names.map((name, i) => [name, (grads[i] as tf.Tensor).shape]));
    let known = this.#layouts.findIndex(({ hash }) => hash === layout.hash);
    if (known < 0) known = this.#layouts.push(layout) - 1;
    const flat = tf.concat([loss, ...grads].map((x) => tf.reshape(x, [-1])));
    const reduced = runKernel(KERNEL, { x: flat }, { exchange: this.#number, layout: known });
    return tf
      .split(reduced, [...layout.sizes])
      .map((part, i) => tf.reshape(part, [...(layout.shapes[i] ?? [])]));
  }

  /** Loss and gradients in, gradients of all ranks out: all NaN where the step is to be taken eagerly. */
  #compiled(given: Float32Array, which: number): Float32Array {
    const layout = this.#layouts[which] as GradientLayout;
    this.#world.at(this.step);
    const { same, allFinite, synced } = this.#agree(layout, {
      eager: false,
      finite: given.every(Number.isFinite),
    });
    const agreed = same && allFinite && synced;
    const reduced = agreed
      ? reduceFused(this.#world, given.subarray(1), layout.sizes, this.#options)
      : new Float32Array(layout.length).fill(Number.NaN);
    if (!reduced.every(Number.isFinite)) {
      if (isRecording()) throw new EagerStep("ranks differ in the parameters that a step has gradients for");
      return reduced;
    }
    this.#steps++;
    return reduced;
  }

  #agree(
    { hash, names }: GradientLayout,
    { eager, finite }: { eager: boolean; finite: boolean },
  ): { same: boolean; allEager: boolean; allFinite: boolean; synced: boolean } {
    const own = [hash, -hash, Number(eager), Number(finite), Number(this.#synchrony.covers(names))];
    const [least = 0, most = 0, ...flags] = this.#world.least(Float64Array.from(own));
    const [allEager = false, allFinite = false, synced = false] = flags.map((flag) => flag === 1);
    return { same: least === -most, allEager, allFinite, synced };
  }
}

function overflown(name: string, { compression }: FuseOptions): Error {
  const half = compression === "fp16";
  return pyroError({
    what: "The gradients of all ranks together are beyond what can be exchanged",
    where: `parameter "${name}"`,
    expected: half ? "sums below 65504, the largest number of half precision" : "a finite sum",
    try: half ? 'compression: "none"' : "a smaller learning rate",
  });
}
