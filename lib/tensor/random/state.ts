/** The state of the generator: a seed, and how many draws have been made with it. */
import { pyroError } from "../../errors.ts";
import { settle } from "../unwritten.ts";

export interface RngState {
  /** Two unsigned 32-bit words. */
  readonly seed: readonly [number, number];
  /** Number of draws made so far: an integer below 2^53. Each random op is one draw, whatever its size. */
  readonly counter: number;
}

const WORD = 0x1_0000_0000;
let seed: readonly [number, number] = [0, 0];
let counter = 0;
/** Which of the streams of a seed: processes that train together have one each. */
let stream = 0;
/** Streams stand in the bits that the seeds of people leave free. */
const STREAM = 2 ** 21;

let asked: ((sets: boolean) => void) | undefined;

/** Hear of those who ask for the state or set it, until called with undefined. */
export function hearRngState(hear: ((sets: boolean) => void) | undefined): void {
  asked = hear;
}

/** Starts a new stream. The same seed gives the same numbers on every backend, eager or compiled. */
export function setSeed(n: number): void {
  if (!Number.isSafeInteger(n)) {
    throw pyroError({
      what: "A seed must be an integer",
      expected: "an integer of at most 53 bits",
      got: String(n),
    });
  }
  asked?.(true);
  settle();
  const high = Math.floor(n / WORD);
  seed = [n - high * WORD, (high + stream * STREAM) >>> 0];
  counter = 0;
}

/** Choose one of the streams of this seed, and of all that are set later. Stream 0 is that of a process alone. */
export function setRandomStream(next: number): void {
  if (next === stream) return;
  asked?.(true);
  seed = [seed[0], (seed[1] + (next - stream) * STREAM) >>> 0];
  stream = next;
}

export function getRngState(): RngState {
  asked?.(false);
  settle();
  return { seed, counter };
}

export function setRngState(state: RngState): void {
  asked?.(true);
  const [low, high] = state.seed;
  const words =
    Number.isInteger(low) && Number.isInteger(high) && low >= 0 && high >= 0 && low < WORD && high < WORD;
  if (!words || !Number.isSafeInteger(state.counter) || state.counter < 0) {
    throw pyroError({
      what: "This is not a state of the random generator",
      expected: "what getRngState() returned",
      got: JSON.stringify(state),
    });
  }
  settle();
  seed = [low, high];
  counter = state.counter;
}

/** The attributes of the next draw; counts it. */
export function nextDraw(): { seed0: number; seed1: number; counter: number } {
  settle();
  return { seed0: seed[0], seed1: seed[1], counter: counter++ };
}

/** Seeds from TSPYRO_SEED where it is set, else from the clock. */
export function seedFromEnvironment(value: string | undefined): void {
  if (value === undefined || value === "") {
    setSeed(Math.floor(Date.now() * 1000 + (performance.now() % 1) * 1000) % Number.MAX_SAFE_INTEGER);
    return;
  }
  const n = Number(value);
  if (!Number.isSafeInteger(n)) {
    throw pyroError({
      what: "TSPYRO_SEED is not an integer",
      where: "environment",
      expected: "an integer of at most 53 bits",
      got: value,
    });
  }
  setSeed(n);
}
