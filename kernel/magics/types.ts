/** What magics act on: the notebook as the kernel has it. */
export interface MagicContext {
  readonly params: { policy: "cell" | "all" | "off" };
  readonly types: { mode: "error" | "warn" | "off" };
  /** The notebook's folder. */
  readonly folder: string;
  /** Aborted where the reader interrupts the cell. */
  readonly signal: AbortSignal;
  /** Prints a line under the cell. */
  say(text: string): void;
  setSeed(seed: number): Promise<void>;
  /** The notebook's variables, by name. */
  variables(): Promise<ReadonlyMap<string, unknown>>;
  /** Forgets all variables and parameters, and tells their names. */
  reset(): Promise<{ variables: readonly string[]; parameters: readonly string[] }>;
  /** Packages have come into the notebook's folder. */
  packagesChanged(): void;
}

/** A command to the kernel at the head of a cell. */
export interface Magic {
  readonly name: string;
  /** How it is written: `%seed N`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  /** The words that may follow. */
  readonly choices?: readonly string[];
  /** What follows it on its line is code of the cell. */
  readonly takesCode?: boolean;
  /** Acts before the cell runs; what it returns acts afterwards. @throws Error, a sentence that says what to write */
  run(argument: string, context: MagicContext): undefined | After | Promise<undefined | After>;
}

/** Called when the cell is through, also when it failed. */
export type After = () => void;

/** The choice that was written. @throws SyntaxError */
export function oneOf<T extends string>(choices: readonly T[], argument: string, name: string): T {
  const found = choices.find((choice) => choice === argument);
  if (found === undefined)
    throw new SyntaxError(`%${name} is followed by ${choices.join(", ")}; got "${argument}".`);
  return found;
}

/** @throws SyntaxError where something follows a magic that stands alone */
export function noArgument(argument: string, name: string): void {
  if (argument !== "") throw new SyntaxError(`%${name} stands alone on its line; got "${argument}".`);
}
