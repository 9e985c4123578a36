import { intrinsic } from "../execute/intrinsics.ts";
import type { CellEnd, CellEvent } from "../language/notebook-globals.ts";

type Listener<E> = (cell: E) => void;

/** `onCellStart`, `onCellEnd` and `invalidation`: what the hook on the parameter store itself is made with. */
export class CellEvents {
  readonly #start = new Set<Listener<CellEvent>>();
  readonly #end = new Set<Listener<CellEnd>>();
  readonly #invalidated = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  onCellStart = (listener: Listener<CellEvent>): (() => void) => subscribe(this.#start, listener);
  onCellEnd = (listener: Listener<CellEnd>): (() => void) => subscribe(this.#end, listener);

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

  ended(cell: CellEnd): void {
    this.#tell(this.#end, cell);
  }

  #tell<E extends CellEvent>(listeners: ReadonlySet<Listener<E>>, cell: E): void {
    for (const listener of [...listeners]) {
      try {
        listener(cell);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

function subscribe<E>(listeners: Set<Listener<E>>, listener: Listener<E>): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
