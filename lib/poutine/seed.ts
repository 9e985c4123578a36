/** `seed` runs a program with random numbers of its own, and leaves the process's stream where it was. */
import { getRngState, type RngState, setRngState, setSeed } from "../tensor/index.ts";
import { Poutine, type Program } from "./poutine.ts";

export interface SeedOptions {
  rngSeed: number;
}

export class SeedPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly rngSeed: number;
  #outside: RngState | undefined;

  constructor(fn: Program<A, R> | null, options: SeedOptions | number) {
    super(fn);
    this.rngSeed = typeof options === "number" ? options : options.rngSeed;
    this.#outside = undefined;
  }

  override enter(): void {
    super.enter();
    this.#outside = getRngState();
    setSeed(this.rngSeed);
  }

  override exit(): void {
    super.exit();
    if (this.#outside !== undefined) setRngState(this.#outside);
    this.#outside = undefined;
  }
}

/** Makes a program's draws the same at each call: `seed(model, { rngSeed: 0 })`. */
export function seed<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: SeedOptions | number,
): SeedPoutine<A, R> {
  return new SeedPoutine(fn, options);
}
