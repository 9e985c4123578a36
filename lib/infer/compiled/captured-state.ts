import { Closures } from "../../jit/call/closures.ts";
import {
  assignsOneOf,
  type Captured,
  capturedBy,
  changedCapture,
  isReachedBy,
  listening,
  writesOutside,
} from "../../jit/captured/captured.ts";
import * as lossesAndGuides from "../losses-and-guides.ts";
import { isOpaque } from "./arguments.ts";
import { nameOwnFunctions } from "./library.ts";

/**
 * What the model, the guide and opaque arguments hold besides tensors, as it was at the last look. A step whose look
 * differs from the one before may compute something else, though its record is the same.
 */
export class CapturedState {
  readonly #programs: () => readonly unknown[];
  #last: Captured | undefined;
  /** Live views of that, where functions of the caller's may change it between two steps. */
  #closures: Closures | undefined;

  /** @param programs the user's functions */
  constructor(programs: () => readonly unknown[]) {
    this.#programs = programs;
  }

  /** A run begins, whose caller's functions are not known yet. */
  begin(): void {
    this.#closures = undefined;
  }

  /** Whether the text of a function of the caller assigns a variable that model or guide have captured. */
  isWrittenBy(f: unknown): boolean {
    return typeof f === "function" && assignsOneOf(String(f), this.#last);
  }

  /** Whether a function of the caller can get at what model or guide have captured. */
  isReachedBy(f: unknown): boolean {
    return typeof f === "function" && isReachedBy(f, this.#last);
  }

  /** From the next verification on, tell at each step whether something captured has changed. */
  watch(): void {
    this.#closures ??= new Closures();
  }

  /** Whether something captured is another than when it was verified, as far as that can be told at each step. */
  get changed(): boolean {
    return this.#closures?.changed() !== undefined;
  }

  /** Whether one look says nothing yet of what the functions hold: some of it shows only as they run. */
  get mustLookAgain(): boolean {
    return this.#last === undefined || this.#last.strangers.length > 0;
  }

  /** Take a step, learning what its methods are called on. */
  listen<T>(args: readonly unknown[], f: () => T): T {
    const programs = this.#programs();
    const run = () => listening(programs, this.#last, f);
    const closures = this.#closures;
    if (closures === undefined) return run();
    const result = closures.listen([...programs, ...args.filter(isOpaque)], run);
    closures.agree();
    return result;
  }

  look(args: readonly unknown[]): void {
    this.#last = this.#now(args);
  }

  /** Look again. @returns the first variable that is another than at the last look */
  difference(args: readonly unknown[]): string | undefined {
    const now = this.#now(args);
    const changed = now === undefined ? writesOutside(this.#programs()) : changedCapture(this.#last, now);
    this.#last = now;
    return changed;
  }

  #now(args: readonly unknown[]): Captured | undefined {
    nameOwnFunctions(lossesAndGuides);
    return capturedBy([...this.#programs(), ...args.filter(isOpaque)], args);
  }
}
