/**
 * What a function's closures hold, as V8's inspector shows it. A compiled step stands for a function that computes;
 * one that also counts (`n++`) or collects (`list.push`) will one day compute something else, though two records of it
 * are equal. So what it has captured is compared before and after: plain values, and the lengths of lists. Functions
 * among the captured values are looked into as well.
 *
 * Only where there is an inspector (Node). It costs a fraction of a millisecond a function.
 */
type RemoteObject = {
  readonly type: string;
  readonly subtype?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
  readonly objectId?: string;
};
type Property = { readonly name: string; readonly value?: RemoteObject };

interface Session {
  connect(): void;
  disconnect(): void;
  post(
    method: string,
    params: object,
    done: (error: Error | null, result: { result?: unknown; internalProperties?: Property[] }) => void,
  ): void;
}

/** Captured values by the name of their variable, as text that changes when they do. */
export type Captured = ReadonlyMap<string, string>;

const MOST_FUNCTIONS = 60;
const MOST_VARIABLES = 2000;
const HANDLE = Symbol.for("tspyro.captured");

/** The captured values of functions; undefined where nobody can tell. */
export function capturedBy(functions: readonly unknown[]): Captured | undefined {
  const session = openSession();
  if (session === undefined) return undefined;
  try {
    return new Reader(session).read(functions);
  } catch {
    return undefined;
  } finally {
    session.disconnect();
  }
}

/** The first variable that differs. */
export function changedCapture(
  before: Captured | undefined,
  after: Captured | undefined,
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  for (const [name, value] of before) {
    const now = after.get(name);
    if (now !== undefined && now !== value) return name.slice(name.indexOf(" ") + 1);
  }
  return undefined;
}

/** Whether a function, by its text, assigns one of these variables or calls a method of one (`list.push`). */
export function assignsOneOf(text: string, captured: Captured | undefined): boolean {
  const names = new Set([...(captured?.keys() ?? [])].map((key) => key.slice(key.indexOf(" ") + 1)));
  const writes =
    /(?:\+\+|--)\s*([\w$]+)|([\w$]+)(?:\[[^\]]*\])?\s*(?:\+\+|--|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\.\s*\w+\s*\()/g;
  for (const [, before, after] of text.matchAll(writes)) if (names.has(before ?? after ?? "")) return true;
  return false;
}

function openSession(): Session | undefined {
  if (typeof process === "undefined") return undefined;
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => unknown };
  const inspector = getBuiltinModule?.call(process, "node:inspector") as
    | { Session: new () => Session }
    | undefined;
  if (inspector === undefined) return undefined;
  const session = new inspector.Session();
  session.connect();
  return session;
}

/** A function, and the script that it must be of to be looked into: one, any cell of a notebook, or any at all. */
interface Found {
  readonly objectId: string;
  readonly from: string | undefined;
}

class Reader {
  readonly #session: Session;
  readonly #found = new Map<string, string>();
  readonly #scopes = new Set<string>();
  #functions = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  read(functions: readonly unknown[]): Captured {
    const holder = globalThis as { [HANDLE]?: unknown };
    let open: Found[] = [];
    for (const f of functions) {
      if (typeof f !== "function") continue;
      holder[HANDLE] = f;
      const found = this.#post("Runtime.evaluate", {
        expression: `globalThis[Symbol.for("tspyro.captured")]`,
      });
      const { objectId } = (found.result ?? {}) as RemoteObject;
      if (objectId !== undefined) open.push({ objectId, from: undefined });
    }
    delete holder[HANDLE];
    while (open.length > 0 && this.#functions < MOST_FUNCTIONS) {
      open = open.flatMap((found) => this.#function(found));
    }
    return this.#found;
  }

  /** Notes what a function has captured; returns the functions among it. */
  #function({ objectId, from }: Found): Found[] {
    if (this.#functions++ >= MOST_FUNCTIONS) return [];
    const { internalProperties = [] } = this.#post("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    });
    const internal = (wanted: string) => internalProperties.find(({ name }) => name === wanted)?.value;
    const { scriptId } = (internal("[[FunctionLocation]]")?.value ?? {}) as { scriptId?: string };
    const list = internal("[[Scopes]]")?.objectId;
    if (scriptId === undefined || list === undefined) return [];
    const scopes = this.#properties(list);
    // What a module imports is another's business; the cells of a notebook are scripts of their own, without modules.
    const foreign =
      from === "cells"
        ? scopes.some(({ value }) => /^Module/.test(value?.description ?? ""))
        : from !== undefined && from !== scriptId;
    if (foreign) return [];
    return scopes.flatMap(({ value }) => (isOwn(value) ? this.#scope(value, scriptId) : []));
  }

  #scope(scope: RemoteObject, scriptId: string): Found[] {
    if (scope.objectId === undefined) return [];
    const functions: Found[] = [];
    const properties = this.#properties(scope.objectId);
    // A scope that several functions share is read once.
    const key = properties.map(({ name, value }) => `${name}=${value?.description ?? ""}`).join();
    if (this.#scopes.has(key)) return [];
    const number = this.#scopes.size;
    this.#scopes.add(key);
    const from = /^Script/.test(scope.description ?? "") ? "cells" : scriptId;
    for (const { name, value } of properties.slice(0, MOST_VARIABLES)) {
      if (value === undefined) continue;
      const text = textOf(value);
      if (text !== undefined) this.#found.set(`${number} ${name}`, text);
      if (value.type === "function" && value.objectId !== undefined)
        functions.push({ objectId: value.objectId, from });
    }
    return functions;
  }

  #properties(objectId: string): Property[] {
    return (this.#post("Runtime.getProperties", { objectId, ownProperties: true }).result ??
      []) as Property[];
  }

  #post(method: string, params: object): { result?: unknown; internalProperties?: Property[] } {
    let answer: { result?: unknown; internalProperties?: Property[] } = {};
    // Sessions on the same thread answer before `post` returns.
    this.#session.post(method, { ...params, silent: true }, (error, result) => {
      if (error === null) answer = result;
    });
    return answer;
  }
}

/** Scopes of the user's code: not the globals, which hold the whole world. */
function isOwn(scope: RemoteObject | undefined): scope is RemoteObject {
  return scope !== undefined && !/^(Global|With)/.test(scope.description ?? "");
}

/** Plain values, and how long lists are; what is inside of objects is not looked at. */
function textOf(value: RemoteObject): string | undefined {
  switch (value.type) {
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "undefined":
      return `${value.type} ${value.unserializableValue ?? String(value.value)}`;
    case "object":
      return value.subtype === "array" || value.subtype === "map" || value.subtype === "set"
        ? value.description
        : undefined;
    default:
      return undefined;
  }
}
