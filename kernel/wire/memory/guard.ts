import { gigabytes } from "./limit.ts";
import type { Machine } from "./machine.ts";

/** How fast memory is taken at most, in bytes a millisecond: it says when to look again. */
const fastest = 4e6;
const [soonest, latest] = [20, 500];
/** Looks that code which only reserves memory has to hear of an end by force: it costs the machine nothing meanwhile. */
const lenience = 25;
/** A cell that has taken less is not to blame for a machine that is full. */
const blamed = 256e6;

export interface MemoryUse {
  readonly used: number;
  readonly limit: number;
  /** What the cell has taken. */
  readonly taken: number;
  /** What the machine has left, where that is the reason. */
  readonly left: number | undefined;
}

export interface GuardParts {
  /** In bytes. */
  readonly limit: number;
  readonly machine: Machine;
  /** Memory of the process in bytes. */
  used(): number;
  /** What of it is really there (default: all). */
  resident?(): number;
  /** The spell of user code that runs; undefined where none does. */
  spell(): number | undefined;
  /** Asks the code to stop; `force` does not ask. */
  interrupt(use: MemoryUse, force: boolean): void;
  /** Nothing that could be stopped runs, and memory grows all the same. */
  background(use: MemoryUse): void;
  /** It has not helped. */
  end(reason: string): void;
}

/**
 * Watches the memory of the process from the thread that user code cannot hold up. At the limit the running cell is
 * interrupted; when it goes on taking, by force; and before the machine swaps the process ends and says why.
 */
export class MemoryGuard {
  readonly #parts: GuardParts;
  readonly #reserve: number;
  #timer: NodeJS.Timeout | undefined;
  #spell: number | undefined;
  #base = 0;
  #last = 0;
  /** Where it was when the spell was last told. */
  #told: { readonly at: number; readonly forced: boolean; looks: number } | undefined;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#reserve = Math.min(parts.machine.total / 20, 1e9);
  }

  start(): void {
    if (!Number.isFinite(this.#parts.limit)) return;
    const again = () => {
      this.#timer = setTimeout(again, this.look());
      this.#timer.unref();
    };
    again();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** @returns in how many milliseconds to look again */
  look(): number {
    const { limit, machine } = this.#parts;
    const used = this.#parts.used();
    const spell = this.#parts.spell();
    if (spell !== this.#spell) {
      [this.#spell, this.#base, this.#told] = [spell, this.#last || used, undefined];
    }
    this.#last = used;
    const taken = used - this.#base;
    const left = machine.free();
    const scarce = left !== undefined && left < this.#reserve && taken > blamed;
    // What other cells have left behind is not this one's fault: it may still run, and let go of it.
    const line = Math.max(limit, this.#base + 0.05 * limit);
    if (used > line || scarce) this.#act({ used, limit, taken, left: scarce ? left : undefined });
    else if (used < limit) this.#told = undefined;
    const room = Math.min(Math.max(limit, used) - used, (left ?? Number.POSITIVE_INFINITY) - this.#reserve);
    return Math.min(latest, Math.max(soonest, room / fastest));
  }

  #act(use: MemoryUse): void {
    const { limit, machine } = this.#parts;
    const { used, left } = use;
    const most = Math.min(Math.max(1.2 * limit, limit + 512e6), Math.max(limit, machine.total * 0.95));
    const told = this.#told;
    const isReal = (this.#parts.resident?.() ?? used) > most;
    const isDeaf = told?.forced === true && ++told.looks > lenience;
    if ((used > most && (isReal || isDeaf)) || (left !== undefined && left < this.#reserve / 4)) {
      this.stop();
      return this.#parts.end(lastWords(use));
    }
    const further = told !== undefined && used > told.at + 0.02 * limit;
    if (told !== undefined && (told.forced || !further)) return;
    this.#told = { at: used, forced: further, looks: 0 };
    if (this.#spell === undefined) this.#parts.background(use);
    else this.#parts.interrupt(use, further);
  }
}

function lastWords({ used, limit, left }: MemoryUse): string {
  const machine = left === undefined ? "" : `, and the machine has ${gigabytes(left)} left`;
  return `The kernel ended itself before the machine runs out of memory: it took ${gigabytes(used)}${machine}, its limit is ${gigabytes(limit)}, and interrupting what ran did not help. Variables are lost. Try smaller pieces, or another limit with TSPYRO_MEMORY_LIMIT (8GB, 50%, off).`;
}
