/**
 * Errors that help: what happened, where, what was expected, what came, what to try.
 * Every error a user of the library meets is built here, so that all read alike.
 */
export interface ErrorParts {
  /** What is wrong, as a sentence without its full stop. */
  what: string;
  /** Site, cell, plate, option or file it concerns. */
  where?: string;
  expected?: string;
  got?: string;
  /** What the reader can do about it. */
  try?: string;
  cause?: unknown;
}

export class PyroError extends Error {
  override readonly name: string = "PyroError";
  readonly parts: ErrorParts;

  constructor(parts: ErrorParts) {
    super(formatError(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.parts = parts;
  }
}

export function pyroError(parts: ErrorParts): PyroError {
  return new PyroError(parts);
}

export function formatError({ what, where, expected, got, try: hint }: ErrorParts): string {
  const lines = [where === undefined ? `${what}.` : `${what} (at ${where}).`];
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (got !== undefined) lines.push(`  got: ${got}`);
  if (hint !== undefined) lines.push(`  try: ${hint}`);
  return lines.join("\n");
}
