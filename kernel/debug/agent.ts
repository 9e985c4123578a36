import type { RunCell } from "../execute/cells.ts";
import type { ScriptListener } from "../execute/runner.ts";
import type { ToWire } from "../wire/messages.ts";
import { type Shared, Word } from "../wire/shared.ts";
import { createDoor, type DoorParts } from "./door.ts";

type Door = ReturnType<typeof createDoor>;

export interface AgentParts extends DoorParts {
  words: Shared["words"];
  post(message: ToWire): void;
}

/** What main has of the debugger from the start: next to nothing, until one is attached. */
export class DebugAgent implements ScriptListener {
  readonly #parts: AgentParts;
  readonly #waiting = new Map<number, () => void>();
  #door: Door | undefined;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** Resolves when breakpoints stand in the script. */
  about(cell: RunCell): Promise<void> | undefined {
    const { words, post, names } = this.#parts;
    if (Atomics.load(words, Word.debugging) === 0) return undefined;
    const script = this.#open().script(cell);
    return new Promise((resolve) => {
      this.#waiting.set(cell.run, resolve);
      post({ type: "script", script, names: names() });
    });
  }

  armed(run: number): void {
    this.#waiting.get(run)?.();
    this.#waiting.delete(run);
  }

  request(request: string, values: readonly unknown[]): unknown {
    const door = this.#open();
    if (!Object.hasOwn(door, request)) throw new RangeError(`The debugger's end has no "${request}".`);
    const method = door[request as keyof Door] as (...values: readonly unknown[]) => unknown;
    return method(...values);
  }

  #open(): Door {
    this.#door ??= createDoor(this.#parts);
    return this.#door;
  }
}
