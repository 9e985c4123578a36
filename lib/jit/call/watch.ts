/**
 * Tells a compiled function when it may have become another one. Its own program never changes; what it has captured
 * may, and the code that could do it runs between any two calls.
 */
import { surroundings } from "../../tensor/index.ts";
import { capturedBy, changedCapture, listening, writesOutside } from "../captured/captured.ts";
import { Closures } from "./closures.ts";

/** What the surroundings of a function were when it was recorded. */
export interface Mark {
  readonly parameters: number;
  readonly turn: number;
  /** How often captured variables have changed before. */
  readonly changes: number;
}

/** A record that is under way. */
export interface Recording {
  run<T>(f: () => T): T;
  /** Undefined, or why the function cannot be replayed, for what it did to its surroundings. */
  end(): { readonly mark: Mark; readonly reason: string | undefined };
}

/** What a compiled function asks before it replays, and tells when it records. */
export interface Watcher {
  /** Whether nothing shows that the function is another one than when it was recorded. */
  isUnchanged(since: Mark): boolean;
  /**
   * A record begins.
   * @param functions functions among the arguments
   * @param again whether one with the same structure of arguments was made before
   */
  begin(functions: readonly unknown[], again: boolean): Recording;
}

/** One for all the structures of arguments that a function is called with; each of them has its own marks. */
export class Watch implements Watcher {
  readonly #closures = new Closures();
  readonly #roots: readonly unknown[];
  readonly #alone: boolean;

  /** @param alone whether all calls of a turn come from one loop of this library: nobody else's code runs between */
  constructor(roots: readonly unknown[], alone = false) {
    this.#roots = roots;
    this.#alone = alone;
  }

  isUnchanged({ parameters, turn, changes }: Mark): boolean {
    const closures = this.#closures;
    if (surroundings().parameters !== parameters || closures.changes !== changes) return false;
    const sameTurn = turn === currentTurn();
    if (closures.changed(this.#alone && sameTurn) !== undefined) return false;
    // What is not known through and through may have changed while others had their turn.
    return closures.complete || sameTurn;
  }

  begin(functions: readonly unknown[], again: boolean): Recording {
    const closures = this.#closures;
    // The same function of the same values calls the same functions: there is nothing new to hear of.
    const heard = closures.agree() === undefined && again;
    const all = [...this.#roots, ...functions];
    const before = capturedBy(all);
    return {
      run: (f) => {
        const run = () => listening(all, before, f);
        return heard ? run() : closures.listen(all, run);
      },
      end: () => {
        const after = capturedBy(all);
        const written = after === undefined ? writesOutside(all) : changedCapture(before, after);
        const changed = closures.agree() ?? written;
        const { parameters } = surroundings();
        return {
          mark: { parameters, turn: currentTurn(), changes: closures.changes },
          reason:
            changed === undefined
              ? undefined
              : `it changes the variable "${changed}" as it runs, which a compiled one would not`,
        };
      },
    };
  }
}

let turn = 0;
let scheduled = false;

/** A number for the stretch of code that runs without giving way to other code. */
function currentTurn(): number {
  if (!scheduled) {
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      turn++;
    });
  }
  return turn;
}
