/** A piece of a line with what it is, for its colour. */
export interface Piece {
  readonly text: string;
  readonly kind: "number" | "string" | "keyword" | "key" | "muted" | "plain";
}

export const plain = (text: string): Piece => ({ text, kind: "plain" });
export const muted = (text: string): Piece => ({ text, kind: "muted" });
export const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { text }) => sum + text.length, 0);
