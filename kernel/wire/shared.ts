/**
 * The few words of memory that the main thread and the wire thread share, so that a button acts while user code
 * computes and no message can be delivered.
 */
export interface Shared {
  /** Words by the indices in `Word`. User code reads word `interrupt` plainly at its loops' back-edges. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Factor on every learning rate of the runs in progress. */
  readonly learningRate: Float64Array<SharedArrayBuffer>;
  /** Why memory made the wire thread interrupt, in bytes, by the indices in `Memory`. */
  readonly memory: Float64Array<SharedArrayBuffer>;
}

export const Word = {
  /** 1: the user asked to stop; whoever throws for it sets it back. */
  interrupt: 0,
  /** What main does: a value of `Activity`. */
  activity: 1,
  /** Counts the spells of user code, so that a late terminate does not meet the next cell. */
  spell: 2,
  /** 1: the sockets are closed and the process may end. */
  closed: 3,
  /** Counts answers of the front end to `input_request`; main waits on it. */
  input: 4,
  /** Counts stop commands; a run that began at another count has been told to stop. */
  stops: 5,
  /** 1: runs pause. */
  paused: 6,
  /** How many single steps a paused run may take. */
  steps: 7,
  /** The run that was asked to stop before its code began. */
  asked: 8,
  /** Why the code is interrupted: a value of `Cause`. */
  cause: 9,
  /** 1: a debugger is attached; 2: and there is something that it may stop at. */
  debugging: 10,
  /** Counts the interrupts that code has noticed, or been ended by. */
  heard: 11,
  /** How many cells' code is through, while the kernel has yet to hear of it. */
  settled: 12,
} as const;

/** `own` is work of the kernel in the middle of a cell, such as loading a module, that must not be ended half-way. */
export const Activity = { idle: 0, running: 1, terminating: 2, own: 3 } as const;

export const Cause = { user: 0, memory: 1 } as const;

/** `left` is NaN where the limit is the reason, not the machine. */
export const Memory = { used: 0, limit: 1, taken: 2, left: 3 } as const;

const wordBytes = 64;

export function createShared(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(wordBytes + 8 + 32);
  openShared(memory).learningRate[0] = 1;
  return memory;
}

export function openShared(memory: SharedArrayBuffer): Shared {
  return {
    words: new Int32Array(memory, 0, wordBytes / 4),
    learningRate: new Float64Array(memory, wordBytes, 1),
    memory: new Float64Array(memory, wordBytes + 8, 4),
  };
}

/** Acts on a command of a live view; false where it is none. */
export function applyRunCommand({ words, learningRate }: Shared, command: unknown): boolean {
  if (typeof command !== "object" || command === null || !("tspyro" in command)) return false;
  switch (command.tspyro) {
    case "stop":
      Atomics.add(words, Word.stops, 1);
      return true;
    case "pause":
      Atomics.store(words, Word.paused, 1);
      return true;
    case "resume":
      Atomics.store(words, Word.paused, 0);
      return true;
    case "step":
      Atomics.add(words, Word.steps, 1);
      return true;
    case "lr": {
      const value = "value" in command ? Number(command.value) : Number.NaN;
      if (Number.isFinite(value) && value >= 0) learningRate[0] = value;
      return true;
    }
    default:
      return false;
  }
}
