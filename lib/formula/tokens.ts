/** The words, numbers and signs of a formula with their places: mathjs's tree does not say where its parts stand. */
export interface Token {
  readonly kind: "name" | "number" | "open" | "close" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern =
  /(?<skip>#[^\n]*|[^\S\n]+|\n)|(?<number>0x[\da-f]+|0b[01]+|0o[0-7]+|(?:\d+(?:\.(?![*/^'])\d*)?|\.\d+)(?:e[+-]?\d+)?)|(?<name>[\p{L}_$][\p{L}\p{N}_$]*)|(?<open>[([{])|(?<close>[)\]}])|(?<sign>\.[*/^']|[<>=!]=|.)/giu;

/** Operators that are words; `mod` is the name of a function too. */
export const wordOperators: ReadonlySet<string> = new Set(["mod", "to", "in", "and", "or", "xor", "not"]);

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const { skip, number, name, open, close } = match.groups ?? {};
    if (skip !== undefined) continue;
    const word = match[0];
    const kind =
      number !== undefined
        ? "number"
        : name !== undefined
          ? "name"
          : open !== undefined
            ? "open"
            : close !== undefined
              ? "close"
              : "sign";
    tokens.push({ kind, text: word, start: match.index, end: match.index + word.length });
  }
  return tokens;
}
