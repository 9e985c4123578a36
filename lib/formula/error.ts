/** Errors that show the formula, with a line of carets under the part they speak of. */
import { type ErrorParts, PyroError } from "../errors.ts";

/** Where a part stands in the text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class FormulaError extends PyroError {
  override readonly name = "FormulaError";
  /** The whole formula. */
  readonly text: string;
  /** The part that is wrong; undefined where it could not be found in the text. */
  readonly span: Span | undefined;

  constructor(parts: ErrorParts, text: string, span?: Span) {
    super({ ...parts, where: parts.where ?? whereIs(text, span) });
    this.text = text;
    this.span = span;
    const [heading = "", ...rest] = this.message.split("\n");
    const plain = this.message;
    this.message = [heading, "", ...marked(text, span), "", ...rest].join("\n").trimEnd();
    if (this.stack !== undefined)
      this.stack = this.stack.replace(`Error: ${plain}`, `FormulaError: ${this.message}`);
  }
}

function lineAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function whereIs(text: string, span: Span | undefined): string {
  if (span === undefined) return "formula";
  const { line, column } = lineAt(text, span.start);
  return text.includes("\n")
    ? `line ${line}, column ${column} of the formula`
    : `column ${column} of the formula`;
}

/** The lines of the text, those of the span underlined. */
function marked(text: string, span: Span | undefined): string[] {
  const shown: string[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    shown.push(`    ${line}`.trimEnd());
    const end = offset + line.length;
    if (span !== undefined && span.start <= end && span.end > offset) {
      const from = Math.max(span.start - offset, line.length - line.trimStart().length);
      const to = Math.min(span.end - offset, Math.max(line.trimEnd().length, from + 1));
      // A tab stays a tab, so that the carets stand under what they mean.
      if (to > from)
        shown.push(`    ${line.slice(0, from).replaceAll(/[^\t]/g, " ")}${"^".repeat(to - from)}`);
    }
    offset = end + 1;
  }
  return shown;
}
