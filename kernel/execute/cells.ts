import { scriptPrefix } from "./names.ts";
import type { RewrittenCell } from "./rewrite.ts";
import type { CellPlace } from "./syntax-error.ts";

/** Cells that have run, by run: a function of an old cell may fail in a new one. */
export interface RunCell {
  readonly run: number;
  /** How people know it: `Cell [3]`. */
  readonly label: string;
  readonly source: string;
  readonly cellId: string | undefined;
  /** The text as the front end sent it, with its magics. */
  readonly written: string;
  readonly code: string;
  map: RewrittenCell["map"];
  locate: RewrittenCell["locate"];
}

export interface CellFrame extends CellPlace {
  readonly cell: RunCell;
}

export interface RegistryLimits {
  /** Most runs that are remembered. */
  readonly runs: number;
  /** Most characters of their sources together; what is remembered of a run is some ten times its source. */
  readonly characters: number;
}

const usual: RegistryLimits = { runs: 2000, characters: 1_000_000 };

/** A run is forgotten when there are too many: first those whose cell has run again since, then the oldest. */
export class CellRegistry {
  readonly #limits: RegistryLimits;
  readonly #cells = new Map<number, RunCell>();
  /** Runs whose cell has run again, oldest first. */
  readonly #superseded = new Set<RunCell>();
  readonly #labels = new Map<string, RunCell>();
  readonly #byId = new Map<string, RunCell>();
  #characters = 0;

  constructor(limits = usual) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#cells.size;
  }

  add(cell: RunCell): void {
    this.#cells.set(cell.run, cell);
    this.#characters += cell.source.length;
    this.#labels.set(cell.label, cell);
    if (cell.cellId !== undefined) {
      const before = this.#byId.get(cell.cellId);
      if (before !== undefined) this.#superseded.add(before);
      this.#byId.set(cell.cellId, cell);
    }
    const { runs, characters } = this.#limits;
    while (this.#cells.size > 1 && (this.#cells.size > runs || this.#characters > characters)) this.#forget();
  }

  #forget(): void {
    const [oldest = this.#cells.values().next().value] = this.#superseded;
    if (oldest === undefined) return;
    const { run, label, cellId, source } = oldest;
    this.#superseded.delete(oldest);
    this.#cells.delete(run);
    this.#characters -= source.length;
    if (this.#labels.get(label) === oldest) this.#labels.delete(label);
    if (cellId !== undefined && this.#byId.get(cellId) === oldest) this.#byId.delete(cellId);
  }

  all(): Iterable<RunCell> {
    return this.#cells.values();
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
