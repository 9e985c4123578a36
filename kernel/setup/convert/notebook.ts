/** A notebook in neither format: what both can say. */
export interface Cell {
  readonly id: string;
  readonly kind: "code" | "markdown";
  readonly source: string;
  readonly tags: readonly string[];
}

export interface Notebook {
  readonly title: string;
  readonly cells: readonly Cell[];
}

/** What a notebook loses, for people. */
export interface Loss {
  /** Which cell it stands in, counted from 1. */
  readonly cell: number;
  readonly what: string;
}
