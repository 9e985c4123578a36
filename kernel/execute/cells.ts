import { type RewrittenCell, scriptPrefix } from "./rewrite.ts";
import type { CellPlace } from "./syntax-error.ts";

/** Cells that have run, by run: a function of an old cell may fail in a new one. */
export interface RunCell {
  readonly run: number;
  /** How people know it: `Cell [3]`. */
  readonly label: string;
  readonly source: string;
  readonly cellId: string | undefined;
  locate: RewrittenCell["locate"];
}

export interface CellFrame extends CellPlace {
  readonly cell: RunCell;
}

export class CellRegistry {
  readonly #cells = new Map<number, RunCell>();
  readonly #labels = new Map<string, RunCell>();
  readonly #byId = new Map<string, RunCell>();

  add(cell: RunCell): void {
    this.#cells.set(cell.run, cell);
    this.#labels.set(cell.label, cell);
    if (cell.cellId !== undefined) this.#byId.set(cell.cellId, cell);
  }

  byRun(run: number): RunCell | undefined {
    return this.#cells.get(run);
  }

  byLabel(label: string): RunCell | undefined {
    return this.#labels.get(label);
  }

  byCellId(cellId: string): RunCell | undefined {
    return this.#byId.get(cellId);
  }

  /** The place in the cell that a place in V8's script stands for. */
  place(script: string | null | undefined, line: number, column: number): CellFrame | undefined {
    if (!script?.startsWith(scriptPrefix)) return undefined;
    const cell = this.#cells.get(Number(script.slice(scriptPrefix.length)));
    const place = cell?.locate(line, column);
    return cell === undefined || place === undefined ? undefined : { cell, ...place };
  }
}
