/** All ranks begin with rank 0's parameters and optimizer state. */
import * as tf from "@tensorflow/tfjs-core";
import type { World } from "../../distributed/world.ts";
import type { PyroOptim } from "../pyro-optim.ts";
import { stateOfText, stateText } from "../state-file.ts";
import { type GradientLayout, parts } from "./layout.ts";

export interface Variables {
  variable(name: string): tf.Variable | undefined;
  /** Number of this incarnation. */
  life(name: string): number | undefined;
}

export class Synchrony {
  readonly #optim: PyroOptim;
  readonly #source: Variables;
  /** The incarnation that is known to be alike everywhere. */
  readonly #lives = new Map<string, number | undefined>();

  constructor(optim: PyroOptim, source: Variables) {
    this.#optim = optim;
    this.#source = source;
  }

  /** Whether all of these began alike. */
  covers(names: readonly string[]): boolean {
    return names.every((name) => this.#lives.has(name) && this.#lives.get(name) === this.#source.life(name));
  }

  /** Begin anew: somebody has put other state here. */
  forget(): void {
    this.#lives.clear();
  }

  /** @returns whether a value has changed on any rank */
  synchronise(world: World, layout: GradientLayout): boolean {
    const own = new Float32Array(layout.length);
    for (const [name, part] of parts(own, layout)) {
      const variable = this.#source.variable(name);
      if (variable !== undefined) part.set(variable.dataSync() as Float32Array);
    }
    const first = own.slice();
    world.broadcast(first, 0);
    this.#state(world);
    const differs = own.some((x, i) => !Object.is(x, first[i]));
    for (const [name, part] of parts(first, layout)) {
      const variable = this.#source.variable(name);
      if (differs && variable !== undefined) give(variable, part.slice());
      this.#lives.set(name, this.#source.life(name));
    }
    return world.least(Float64Array.of(differs ? 0 : 1))[0] === 0;
  }

  #state(world: World): void {
    const own = stateText(this.#optim.getState());
    const text = new TextEncoder().encode(own);
    const length = Int32Array.of(text.length);
    world.broadcast(length, 0);
    const bytes = world.rank === 0 ? text : new Uint8Array(length[0] ?? 0);
    world.broadcast(bytes, 0);
    const first = new TextDecoder().decode(bytes);
    if (first !== own) this.#optim.setState(stateOfText(first));
  }
}

function give(variable: tf.Variable, values: Float32Array): void {
  const value = tf.tensor(values, variable.shape);
  variable.assign(value);
  value.dispose();
}
