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

/** What a value is that should have been another, for an error's `got`. */
export function kindOf(x: unknown): string {
  return x === null ? "null" : Array.isArray(x) ? "an array" : typeof x;
}

/**
 * An error that was raised while a model ran: the original message first, then the sites the model had met.
 * The stack is the original's, so that it points at the line of the user that failed.
 */
export class ModelError extends PyroError {
  override readonly name: string;
  /** The table of sites and their shapes (`Trace.formatShapes`). */
  readonly sites: string;

  /** @param note what may be the reason, where the error does not tell */
  constructor(cause: unknown, sites: string, note?: string) {
    const original = cause instanceof Error ? cause : new Error(String(cause));
    super({ ...(original instanceof PyroError ? original.parts : { what: original.message }), cause });
    this.name = original.name;
    this.sites = sites;
    this.message = `${original.message}${note === undefined ? "" : ` (${note})`}\n\n${sites}`;
    this.stack = restack(original, `${this.name}: ${this.message}`);
  }
}

/** The frames of an error's stack under another heading. */
function restack(original: Error, heading: string): string {
  const frames = (original.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [heading, ...frames].join("\n");
}
