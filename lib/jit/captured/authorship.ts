/**
 * Who wrote a function. The scripts of the given functions are the user's, and so are the cells of a notebook; what this
 * library and tfjs export is theirs. Of everything else only V8's debugger knows the address, and it reads all scripts of
 * the process before it tells: so whoever can wait with the question asks for a guess.
 */
import type { Insides, Inspector } from "./inspector.ts";
import { isNamed, isUsersScript, isUsersScriptIfKnown } from "./scripts.ts";

/** Where a function stands. */
interface Author {
  readonly script: string | undefined;
  /** The cells of a notebook are scripts of their own, without modules. */
  readonly isCell: boolean;
  /** Whether it was made inside of another function. */
  readonly isInner: boolean;
}

const authors = new WeakMap<object, Author>();
const NONE: ReadonlySet<string> = new Set();

export class Authorship {
  readonly #inspector: Inspector;
  readonly #own = new Set<string | undefined>();

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** The script of this function is the user's. */
  claim(f: object): void {
    this.#own.add(this.of(f).script);
  }

  of(f: object): Author {
    return authors.get(f) ?? this.look(f, NONE).author;
  }

  /** @param names of the variables of its scopes that are wanted */
  look(f: object, names: ReadonlySet<string>): { author: Author; insides: Insides } {
    const insides = this.#inspector.insidesOf(f, names);
    const { script, scopes } = insides;
    const has = (kind: RegExp) => scopes.some((scope) => kind.test(scope.kind));
    const isCell = has(/^Script/) && !has(/^Module/);
    const author = { script, isCell, isInner: has(/^(Closure|Local|Block)/) || insides.bound.length > 0 };
    authors.set(f, author);
    return { author, insides };
  }

  /** Whether it is the user's, where no address is needed to tell. */
  plainly(f: object): boolean | undefined {
    if (isNamed(f)) return false;
    const { script, isCell } = this.of(f);
    if (isCell || script === undefined) return isCell;
    return this.#own.has(script) ? true : undefined;
  }

  /** The same, where somebody has asked for the address before. */
  guess(f: object): boolean | undefined {
    return this.plainly(f) ?? isUsersScriptIfKnown(this.of(f).script as string);
  }

  /** By its address alone: in a notebook, functions of CommonJS packages stand in the same scopes as those of cells. */
  isUsersByAddress(f: object): boolean {
    const { script } = this.of(f);
    return script !== undefined && (this.#own.has(script) || isUsersScript(script, this.#inspector));
  }

  isUsers(f: object): boolean {
    return this.guess(f) ?? isUsersScript(this.of(f).script as string, this.#inspector);
  }
}
