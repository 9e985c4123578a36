export interface CellPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly length?: number | undefined;
}

/** The cell is no TypeScript. `place` is in the cell as it was written. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly place: CellPlace | undefined;

  constructor(message: string, place?: CellPlace) {
    super(message);
    this.place = place;
  }
}
