/**
 * Live views of what a function's closures hold. A compiled function must not outlive a change of a variable that it
 * has captured, and that must be seen at each call, so it has to be cheap. JavaScript has no words for it; but the
 * condition of a breakpoint is evaluated in the scope of the function that reaches it, and may make functions there:
 * `() => scale` made so reads the very variable, in well under a microsecond, for ever.
 *
 * So the functions of the user's program are given a breakpoint each for the time of a record, whose condition is never
 * true: nothing stops, and whichever is called leaves its readers. Only where there is V8's inspector (Node);
 * elsewhere nothing is ever `complete`.
 */
import { builtinModule } from "../../builtin-module.ts";
import { shielded } from "../../interrupt.ts";
import { restoring } from "../../restoring.ts";
import { isLibrary, isPackage } from "../authors.ts";
import { atOnce, isBound } from "../captured/hidden.ts";
import { type Fingerprint, fingerprint, sameFingerprint } from "./fingerprint.ts";
import { namesIn, textOf } from "./names.ts";

interface Session {
  connect(): void;
  disconnect(): void;
  on(event: string, listener: (message: { params: never }) => void): void;
  post(method: string, params: object, done: (error: Error | null, result: unknown) => void): void;
}

interface Inspector {
  readonly Session: new () => Session;
}

interface Remote {
  readonly objectId?: string;
}

interface Internal {
  readonly name: string;
  readonly value?: { readonly objectId?: string; readonly value?: { readonly scriptId?: string } };
}

type Readers = Readonly<Record<string, () => unknown>>;

/** A captured variable: what it holds now, and what it held when that was last agreed on. */
interface Captured {
  readonly name: string;
  readonly read: () => unknown;
  agreed: Fingerprint;
}

/** Who wrote a function. */
type Author = "user" | "library" | "unknown";

type Called = (id: number, readers: Readers) => void;

const HANDLE = "__tspyro_closure";
const VALUE = "__tspyro_value";
/** By number: breakpoints of a record that was ended by force may still stand. */
const holder = globalThis as { [HANDLE]?: Record<number, Called>; [VALUE]?: unknown };
const MOST_FUNCTIONS = 200;

export class Closures {
  readonly #captured: Captured[] = [];
  readonly #known = new WeakSet<object>();
  readonly #roots = new WeakSet<object>();
  #functions = 0;
  #changes = 0;
  #complete = true;

  /** Whether everything that the called functions have captured is known, through and through. */
  get complete(): boolean {
    return this.#complete && this.#captured.every(({ agreed }) => agreed.complete);
  }

  /**
   * The first variable that holds something else than was agreed on.
   * @param openly look only where that is cheap
   */
  changed(openly = false): string | undefined {
    return atOnce(() => {
      for (const { name, read, agreed } of this.#captured) {
        if (openly && agreed.hides) continue;
        if (!sameFingerprint(agreed, fingerprint(read()))) return name;
      }
      return undefined;
    });
  }

  /** How often the variables were found to have changed. */
  get changes(): number {
    return this.#changes;
  }

  /** What the variables hold now is what is expected from here on. @returns the first that has changed */
  agree(): string | undefined {
    let first: string | undefined;
    for (const captured of this.#captured) {
      const now = fingerprint(captured.read());
      if (sameFingerprint(captured.agreed, now)) continue;
      first ??= captured.name;
      captured.agreed = now;
    }
    if (first !== undefined) this.#changes++;
    return first;
  }

  /** Runs `f` and takes note of the closures of those functions of the program that it calls. */
  listen<T>(roots: readonly unknown[], f: () => T): T {
    const found = builtinModule<Inspector>("node:inspector");
    if (found === undefined) {
      this.#complete = false;
      return f();
    }
    const debug = new Debugger(found, (f, readers) => this.#called(debug, f, readers));
    const run = () => {
      for (const root of roots) {
        if (typeof root !== "function" || this.#known.has(root)) continue;
        // One of a library holds what nobody can see.
        if (this.#break(debug, root) !== "user") this.#complete = false;
        // A guide or a handled program has members; a bound function has a receiver.
        if (this.#roots.has(root) || (Object.keys(root).length === 0 && !isBound(root))) continue;
        this.#roots.add(root);
        this.#captured.push({ name: root.name, read: () => root, agreed: fingerprint(root) });
      }
      for (const { agreed } of this.#captured) for (const one of agreed.functions) this.#break(debug, one);
      return f();
    };
    return restoring(() => debug.close(), run);
  }

  #break(debug: Debugger, f: object): Author {
    // What a bound function calls is among what it holds.
    if (this.#known.has(f) || isBound(f)) return "user";
    if (this.#functions++ >= MOST_FUNCTIONS) {
      this.#complete = false;
      return "unknown";
    }
    const { author, within } = debug.breakAt(f);
    if (author === "library") this.#known.add(f);
    // The library's own closures (handlers around a model, say) hold what is the user's.
    if (author === "unknown" || within.length > 0) this.#complete = false;
    for (const one of within) this.#break(debug, one);
    return author;
  }

  #called(debug: Debugger, f: object, readers: Readers): void {
    if (this.#known.has(f)) return;
    this.#known.add(f);
    for (const [name, read] of Object.entries(readers)) {
      let agreed: Fingerprint;
      try {
        agreed = fingerprint(read());
      } catch {
        // The name of a property, or of a variable that the function itself has yet to declare.
        continue;
      }
      this.#captured.push({ name, read, agreed });
      for (const one of agreed.functions) this.#break(debug, one);
    }
  }
}

/** The condition of a breakpoint that hands out readers and is false; undefined where names are no names. */
function conditionFor(record: number, id: number, names: readonly string[]): string | undefined {
  const readers = [...names, "this"].map((name) => `${JSON.stringify(name)}: () => ${name}`);
  const text = `(globalThis["${HANDLE}"]?.[${record}]?.(${id}, { ${readers.join(", ")} }), false)`;
  try {
    new Function(text);
    return text;
  } catch (error) {
    // Code from text may be forbidden; then nobody can tell beforehand.
    return error instanceof EvalError ? text : undefined;
  }
}

/** V8's debugger for the time of one record. */
class Debugger {
  static #records = 0;
  readonly #record = Debugger.#records++;
  readonly #session: Session;
  readonly #functions: object[] = [];
  readonly #scripts = new Map<string, string>();
  readonly #called: (f: object, readers: Readers) => void;

  constructor({ Session }: Inspector, called: (f: object, readers: Readers) => void) {
    this.#called = called;
    this.#session = new Session();
    this.#session.connect();
    this.#session.on("Debugger.scriptParsed", ({ params }) => {
      const { scriptId, url } = params as { scriptId: string; url: string };
      this.#scripts.set(scriptId, url);
    });
    this.#post("Debugger.enable", {});
    // V8 forgets what strikes in a condition.
    const reached: Called = (id, readers) => {
      const f = this.#functions[id];
      if (f !== undefined) shielded(() => this.#called(f, readers));
    };
    holder[HANDLE] = { [this.#record]: reached };
  }

  /** Listen to calls of this function, if it is one of the user's; of a library's closure, the functions that it holds. */
  breakAt(f: object): { author: Author; within: readonly object[] } {
    const none: object[] = [];
    const unknown = { author: "unknown", within: none } as const;
    if (isBuiltIn(f)) return { author: "library", within: none };
    const { objectId } = this.#remote(f);
    if (objectId === undefined) return unknown;
    const { internalProperties = [] } = this.#post<{ internalProperties?: Internal[] }>(
      "Runtime.getProperties",
      { objectId, ownProperties: true },
    );
    const internal = (wanted: string) => internalProperties.find(({ name }) => name === wanted)?.value;
    const url = this.#scripts.get(internal("[[FunctionLocation]]")?.value?.scriptId ?? "");
    if (url === undefined) return unknown;
    if (isPackage(url)) return { author: "library", within: none };
    if (isLibrary(url)) return { author: "library", within: this.#heldBy(internal("[[Scopes]]")?.objectId) };
    const condition = conditionFor(this.#record, this.#functions.length, namesIn(f));
    if (condition === undefined) return unknown;
    const set = this.#post<{ breakpointId?: string }>("Debugger.setBreakpointOnFunctionCall", {
      objectId,
      condition,
    });
    if (set.breakpointId === undefined) return unknown;
    this.#functions.push(f);
    return { author: "user", within: none };
  }

  /** Functions in the closure's scopes, those of its module left out. */
  #heldBy(scopes: string | undefined): object[] {
    if (scopes === undefined) return [];
    const found: unknown[] = [];
    holder[VALUE] = found;
    const list = this.#post<{ result?: { value?: { description?: string; objectId?: string } }[] }>(
      "Runtime.getProperties",
      { objectId: scopes, ownProperties: true },
    );
    for (const { value } of list.result ?? []) {
      if (value?.objectId === undefined || !/^(Closure|Block|Catch|Local)/.test(value.description ?? ""))
        continue;
      this.#post("Runtime.callFunctionOn", {
        objectId: value.objectId,
        // Node wraps scopes to print them.
        functionDeclaration: `function () {
          const wrapped = this.object !== undefined && this.description !== undefined;
          globalThis["${VALUE}"].push(...Object.values(wrapped ? this.object : this));
        }`,
      });
    }
    delete holder[VALUE];
    return found.filter((value): value is object => typeof value === "function");
  }

  close(): void {
    delete holder[HANDLE];
    this.#session.disconnect();
  }

  #remote(value: object): Remote {
    holder[VALUE] = value;
    const { result } = this.#post<{ result?: Remote }>("Runtime.evaluate", {
      expression: `globalThis["${VALUE}"]`,
    });
    delete holder[VALUE];
    return result ?? {};
  }

  #post<T>(method: string, params: object): T {
    let answer: unknown;
    // Sessions on the same thread answer before `post` returns.
    shielded(() =>
      this.#session.post(method, params, (error, result) => {
        if (error === null) answer = result;
      }),
    );
    return (answer ?? {}) as T;
  }
}

/** Of JavaScript itself. */
function isBuiltIn(f: object): boolean {
  const { name } = f as { name?: unknown };
  return (
    typeof name === "string" &&
    (globalThis as Record<string, unknown>)[name] === f &&
    / \[native code\] /.test(textOf(f))
  );
}
