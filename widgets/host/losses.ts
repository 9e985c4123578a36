import { kindOf, pyroError } from "../../lib/errors.ts";
import { type Buckets, Series } from "../views/decimate.ts";
import { hasFunction, type RunNews, type SviSource } from "./sources.ts";

export type LossSource = SviSource | ArrayLike<number>;

/** One source and its decimated losses, which take in what is new each time they are looked at. */
export class Curve {
  readonly name: string;
  readonly #source: LossSource;
  #series = new Series();

  constructor(name: string, source: LossSource) {
    this.name = name;
    this.#source = source;
  }

  get follows(): boolean {
    return hasFunction(this.#source, "subscribe");
  }

  /** Whether buttons reach the run. */
  get steered(): boolean {
    return this.follows && (this.#source as SviSource).steered !== false;
  }

  get length(): number {
    return lossesOf(this.#source).length;
  }

  subscribe(listener: (news: RunNews) => void): () => void {
    return "subscribe" in this.#source ? this.#source.subscribe(listener) : () => {};
  }

  buckets(): Buckets {
    const losses = lossesOf(this.#source);
    if (losses.length < this.#series.count) this.#series = new Series();
    this.#series.push(losses, this.#series.count);
    return this.#series.snapshot();
  }
}

function lossesOf(source: LossSource): ArrayLike<number> {
  return "losses" in source ? source.losses : source;
}

export function isLossSource(value: unknown): value is LossSource {
  if (typeof value !== "object" || value === null) return false;
  if (hasFunction(value, "subscribe") && "losses" in value) return true;
  return Array.isArray(value)
    ? value.every((loss) => typeof loss === "number")
    : ArrayBuffer.isView(value) && "length" in value;
}

export function notLosses(where: string, got: unknown): Error {
  return pyroError({
    what: "There are no losses to draw",
    where,
    expected: "an SVI, an array of losses, or several of them by name: { adam: losses1, sgd: losses2 }",
    got: Array.isArray(got) ? "an array of other things than numbers" : kindOf(got),
  });
}
