import { intrinsic } from "../execute/intrinsics.ts";
import type { CellEvent } from "../language/notebook-globals.ts";

type Listener = (cell: CellEvent) => void;

/** `onCellStart`, `onCellEnd` and `invalidation`. */
export class CellEvents {
  readonly #start = new Set<Listener>();
  readonly #end = new Set<Listener>();
  readonly #invalidated = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  onCellStart = (listener: Listener): (() => void) => subscribe(this.#start, listener);
  onCellEnd = (listener: Listener): (() => void) => subscribe(this.#end, listener);

  /** Resolves when the cell runs again; without an id that never happens. */
  invalidation(cellId: string | undefined): Promise<void> {
    if (cellId === undefined) return new intrinsic.Promise(() => {});
    let entry = this.#invalidated.get(cellId);
    if (entry === undefined) {
      entry = intrinsic.Promise.withResolvers<void>();
      this.#invalidated.set(cellId, entry);
    }
    return entry.promise;
  }

  started(cell: CellEvent): void {
    if (cell.cellId !== undefined) {
      this.#invalidated.get(cell.cellId)?.resolve();
      this.#invalidated.delete(cell.cellId);
    }
    this.#tell(this.#start, cell);
  }

  ended(cell: CellEvent): void {
    this.#tell(this.#end, cell);
  }

  #tell(listeners: ReadonlySet<Listener>, cell: CellEvent): void {
    for (const listener of [...listeners]) {
      try {
        listener(cell);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

function subscribe(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
