import type { Value } from "./values.ts";

/** The names that one stretch of a formula sees: its own, and behind them those around it. */
export class Frame {
  readonly #own = new Map<string, Value>();
  readonly #around: Frame | undefined;

  constructor(around?: Frame) {
    this.#around = around;
  }

  get(name: string): Value | undefined {
    return this.#own.get(name) ?? this.#around?.get(name);
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value);
  }
}
