/**
 * Live views of what a function's closures hold. A compiled function must not outlive a change of a variable that it
 * has captured, and that must be seen at each call, so it has to be cheap. JavaScript has no words for it; but V8's
 * debugger, stopped at the first line of a function, evaluates an expression in that function's scope, and the
 * expression may be a function: `() => [scale, data]` made there reads the very variables, in a microsecond, for ever.
 *
 * So the functions of the user's program are given a breakpoint each for the time of a record; whichever is called
 * leaves such a reader. Only where there is V8's inspector and nobody is using it (Node); elsewhere nothing is ever `complete`.
 */
import { type Fingerprint, fingerprint, sameFingerprint } from "./fingerprint.ts";

interface Session {
  connect(): void;
  disconnect(): void;
  on(event: string, listener: (message: { params: never }) => void): void;
  post(method: string, params: object, done: (error: Error | null, result: unknown) => void): void;
}

interface Inspector {
  readonly Session: new () => Session;
  url(): string | undefined;
}

interface Remote {
  readonly objectId?: string;
  readonly type?: string;
}

interface Paused {
  readonly callFrames: readonly {
    readonly callFrameId: string;
    readonly scopeChain: readonly { readonly type: string; readonly object: Remote }[];
  }[];
  readonly hitBreakpoints?: readonly string[];
}

/** A captured variable: what it holds now, and what it held when that was last agreed on. */
interface Captured {
  readonly name: string;
  readonly read: () => unknown;
  agreed: Fingerprint;
}

/** Who wrote a function. */
type Author = "user" | "library" | "unknown";

const HANDLE = Symbol.for("tspyro.closure");
const MOST_FUNCTIONS = 100;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
const RESERVED = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum export extends " +
    "false finally for from function get if implements import in instanceof interface let new null of package private " +
    "protected public return set static super switch this throw true try typeof var void while with yield undefined"
  ).split(" "),
);

function inspector(): Inspector | undefined {
  if (typeof process === "undefined") return undefined;
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => unknown };
  const found = getBuiltinModule?.call(process, "node:inspector") as Inspector | undefined;
  // Somebody who debugs the program would be stopped as well.
  return found?.url() === undefined ? found : undefined;
}

export class Closures {
  readonly #captured: Captured[] = [];
  readonly #known = new WeakSet<object>();
  #functions = 0;
  #complete = true;
  /** Whether everything that the called functions have captured is known, through and through. */
  get complete(): boolean {
    return this.#complete && this.#captured.every(({ agreed }) => agreed.complete);
  }

  /** The first variable that holds something else than was agreed on. */
  changed(): string | undefined {
    for (const { name, read, agreed } of this.#captured) {
      if (!sameFingerprint(agreed, fingerprint(read()))) return name;
    }
    return undefined;
  }

  /** What the variables hold now is what is expected from here on. */
  agree(): void {
    for (const captured of this.#captured) captured.agreed = fingerprint(captured.read());
  }

  /** Runs `f` and takes note of the closures of those functions of the program that it calls. */
  listen<T>(roots: readonly unknown[], f: () => T): T {
    const found = inspector();
    if (found === undefined) {
      this.#complete = false;
      return f();
    }
    const debug = new Debugger(found, (f, paused) => this.#stopped(debug, f, paused));
    try {
      for (const root of roots) {
        // A bound function, or one of a library, holds what nobody can see.
        if (typeof root === "function" && this.#break(debug, root) !== "user") this.#complete = false;
      }
      for (const { agreed } of this.#captured) for (const one of agreed.functions) this.#break(debug, one);
      return f();
    } finally {
      debug.close();
    }
  }

  #break(debug: Debugger, f: object): Author {
    if (this.#known.has(f)) return "user";
    const author = this.#functions < MOST_FUNCTIONS ? debug.breakAt(f) : "unknown";
    if (author === "user") this.#functions++;
    if (author === "unknown") this.#complete = false;
    return author;
  }

  #stopped(debug: Debugger, f: object, { callFrames: [frame] }: Paused): void {
    if (frame === undefined || this.#known.has(f)) return;
    this.#known.add(f);
    const text = Function.prototype.toString.call(f);
    // What `this` is, nobody knows; and a function of another world (node:vm) cannot be reached.
    const reachable = debug.reader(frame.callFrameId, "globalThis") !== undefined;
    if (!reachable || /\bthis\b/.test(text)) this.#complete = false;
    const own = new Set(
      frame.scopeChain.filter(({ type }) => type === "local").flatMap(({ object }) => debug.names(object)),
    );
    for (const name of new Set(text.match(WORD))) {
      if (RESERVED.has(name) || own.has(name)) continue;
      const read = debug.reader(frame.callFrameId, name);
      if (read === undefined) continue;
      const agreed = fingerprint(read());
      this.#captured.push({ name, read, agreed });
      for (const one of agreed.functions) this.#break(debug, one);
    }
  }
}

/** V8's debugger for the time of one record. */
class Debugger {
  readonly #session: Session;
  readonly #functions = new Map<string, object>();
  readonly #scripts = new Map<string, string>();

  constructor({ Session }: Inspector, stopped: (f: object, paused: Paused) => void) {
    this.#session = new Session();
    this.#session.connect();
    this.#session.on("Debugger.scriptParsed", ({ params }) => {
      const { scriptId, url } = params as { scriptId: string; url: string };
      this.#scripts.set(scriptId, url);
    });
    this.#session.on("Debugger.paused", ({ params }) => {
      const paused = params as Paused;
      for (const id of paused.hitBreakpoints ?? []) {
        const f = this.#functions.get(id);
        if (f !== undefined) stopped(f, paused);
      }
    });
    this.#post("Debugger.enable", {});
  }

  /** Stop where this function begins, if it is one of the user's. */
  breakAt(f: object): Author {
    const { objectId } = this.#remote(f);
    if (objectId === undefined) return "unknown";
    const { internalProperties = [] } = this.#post<{
      internalProperties?: { name: string; value?: { value?: { scriptId?: string } } }[];
    }>("Runtime.getProperties", { objectId, ownProperties: true });
    const location = internalProperties.find(({ name }) => name === "[[FunctionLocation]]")?.value?.value;
    const url = this.#scripts.get(location?.scriptId ?? "");
    if (url === undefined) return "unknown";
    if (isLibrary(url)) return "library";
    const { breakpointId } = this.#post<{ breakpointId?: string }>("Debugger.setBreakpointOnFunctionCall", {
      objectId,
    });
    if (breakpointId === undefined) return "unknown";
    this.#functions.set(breakpointId, f);
    return "user";
  }

  names({ objectId }: Remote): string[] {
    const { result = [] } = this.#post<{ result?: { name: string }[] }>("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    });
    return result.map(({ name }) => name);
  }

  /** Reads a variable that is in scope at the frame; undefined where there is none of this name. */
  reader(callFrameId: string, name: string): (() => unknown) | undefined {
    const holder = globalThis as { [HANDLE]?: () => unknown };
    this.#post("Debugger.evaluateOnCallFrame", {
      callFrameId,
      expression: `globalThis[Symbol.for("tspyro.closure")] = () => ${name}`,
      silent: true,
    });
    const read = holder[HANDLE];
    delete holder[HANDLE];
    try {
      read?.();
      return read;
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#session.disconnect();
  }

  #remote(value: object): Remote {
    const holder = globalThis as { [HANDLE]?: unknown };
    holder[HANDLE] = value;
    const { result } = this.#post<{ result?: Remote }>("Runtime.evaluate", {
      expression: `globalThis[Symbol.for("tspyro.closure")]`,
    });
    delete holder[HANDLE];
    return result ?? {};
  }

  #post<T>(method: string, params: object): T {
    let answer: unknown;
    // Sessions on the same thread answer before `post` returns.
    this.#session.post(method, params, (error, result) => {
      if (error === null) answer = result;
    });
    return (answer ?? {}) as T;
  }
}

const HERE = import.meta.url.replace(/lib\/jit\/call\/[^/]*$/, "lib/");

/** What is not the user's own: this library, its packages, and Node. */
function isLibrary(url: string): boolean {
  if (url === "" || /node_modules|^node:/.test(url)) return url !== "";
  const path = url.replace(/^file:\/\//, "");
  return path.startsWith(HERE.replace(/^file:\/\//, "")) && !/\.test\.ts|\/testing\//.test(path);
}
