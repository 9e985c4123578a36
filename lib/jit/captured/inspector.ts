/**
 * V8's inspector, asked from within: what a function's scopes hold, the private fields of an object, the entries of a
 * weak map. JavaScript itself has no words for these. Only in Node.
 */
import { builtinModule } from "../../builtin-module.ts";
import { shielded } from "../../interrupt.ts";

interface Remote {
  readonly objectId?: string;
  readonly description?: string;
  readonly value?: unknown;
}

interface Property {
  readonly name: string;
  readonly value?: Remote;
  readonly get?: Remote;
  readonly set?: Remote;
}

interface Properties {
  readonly result?: readonly Property[];
  readonly internalProperties?: readonly Property[];
  readonly privateProperties?: readonly Property[];
}

interface Session {
  connect(): void;
  disconnect(): void;
  on(event: string, listener: (message: { params: { scriptId: string; url: string } }) => void): void;
  post(method: string, params: object, done: (error: Error | null, result: unknown) => void): void;
}

/** One scope of a function, from the innermost outwards. */
export interface Scope {
  readonly kind: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Where a function comes from and what it sees. */
export interface Insides {
  readonly script: string | undefined;
  readonly scopes: readonly Scope[];
  /** Target, receiver and arguments of a bound function. */
  readonly bound: readonly unknown[];
}

const GROUP = "tspyro";
const HANDLE = "__tspyro_captured";
const holder = globalThis as { [HANDLE]?: unknown };
const BOUND = new Set(["[[TargetFunction]]", "[[BoundThis]]", "[[BoundArgs]]"]);

export class Inspector {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** Undefined where there is none. */
  static open(): Inspector | undefined {
    const module = builtinModule<{ Session: new () => Session }>("node:inspector");
    if (module === undefined) return undefined;
    const session = new module.Session();
    session.connect();
    return new Inspector(session);
  }

  /** Let go of the values that were looked at. */
  release(): void {
    delete holder[HANDLE];
    this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }

  close(): void {
    delete holder[HANDLE];
    this.#session.disconnect();
  }

  /** @param wanted which variables of the scopes */
  insidesOf(f: object, wanted: ReadonlySet<string>): Insides {
    const { internalProperties = [] } = this.#properties(f);
    const internal = (name: string) => internalProperties.find((one) => one.name === name)?.value;
    const { scriptId } = (internal("[[FunctionLocation]]")?.value ?? {}) as { scriptId?: string };
    const bound = internalProperties.flatMap(({ name, value }) =>
      BOUND.has(name) && value !== undefined ? this.#flat(name, value) : [],
    );
    const list = internal("[[Scopes]]")?.objectId;
    const scopes = list === undefined ? [] : (this.#propertiesOf(list).result ?? []);
    return {
      script: scriptId,
      bound,
      scopes: scopes.flatMap(({ value }) => {
        const kind = value?.description ?? "";
        if (value?.objectId === undefined || /^(Global|With)/.test(kind)) return [];
        const variables = wanted.size === 0 ? {} : this.#variables(value.objectId, wanted);
        return [{ kind, variables }];
      }),
    };
  }

  /** Private fields, the entries of weak collections, and what else an object has that its keys do not tell. */
  hiddenIn(object: object): readonly unknown[] {
    const { internalProperties = [], privateProperties = [] } = this.#properties(object);
    const hidden = [
      ...privateProperties,
      ...internalProperties.filter(({ name }) => /^\[\[(Entries|Target|Handler)\]\]$/.test(name)),
    ];
    return hidden.flatMap(({ name, value, get, set }) => {
      if (value === undefined) return [get, set].flatMap((one) => (one ? [name, this.#valueOf(one)] : []));
      return [name, ...(name === "[[Entries]]" ? this.#entries(value) : [this.#valueOf(value)])];
    });
  }

  /** Arguments come in a list of the inspector's own. */
  #flat(name: string, value: Remote): unknown[] {
    const found = this.#valueOf(value);
    return name === "[[BoundArgs]]" && Array.isArray(found) ? [...found] : [found];
  }

  #entries({ objectId }: Remote): unknown[] {
    const inside = (id: string | undefined) =>
      id === undefined ? [] : (this.#propertiesOf(id).result ?? []);
    return inside(objectId).flatMap(({ name, value }) =>
      /^\d+$/.test(name)
        ? inside(value?.objectId).flatMap((part) =>
            part.value !== undefined && /^(key|value)$/.test(part.name) ? [this.#valueOf(part.value)] : [],
          )
        : [],
    );
  }

  /** The addresses of all scripts. */
  scripts(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    this.#session.on("Debugger.scriptParsed", ({ params }) => {
      found.set(params.scriptId, params.url);
    });
    this.#post("Debugger.enable", {});
    return found;
  }

  /** Evaluate a condition whenever a function is called, until the inspector is closed. */
  breakAt(f: object, condition: string): void {
    this.#post("Debugger.enable", {});
    const objectId = this.#remote(f)?.objectId;
    this.#post("Debugger.setBreakpointOnFunctionCall", { objectId, condition });
  }

  #variables(objectId: string, wanted: ReadonlySet<string>): Record<string, unknown> {
    const found: Record<string, unknown> = Object.create(null);
    // A variable that is yet to be declared cannot be read.
    const text = `function () {
      const { found, wanted } = globalThis["${HANDLE}"];
      const scope = this.object !== undefined && this.description !== undefined ? this.object : this;
      for (const name of Object.keys(scope)) try { if (wanted.has(name)) found[name] = scope[name]; } catch {}
    }`;
    holder[HANDLE] = { found, wanted };
    this.#post("Runtime.callFunctionOn", { objectId, functionDeclaration: text });
    return found;
  }

  /** The value itself. */
  #valueOf(remote: Remote): unknown {
    if (remote.objectId === undefined) return remote.value ?? remote.description;
    const found: { value?: unknown } = {};
    holder[HANDLE] = found;
    this.#post("Runtime.callFunctionOn", {
      objectId: remote.objectId,
      functionDeclaration: `function () { globalThis["${HANDLE}"].value = this; }`,
    });
    return found.value;
  }

  #properties(object: object): Properties {
    const objectId = this.#remote(object)?.objectId;
    return objectId === undefined ? {} : this.#propertiesOf(objectId);
  }

  #remote(object: object): Remote | undefined {
    holder[HANDLE] = object;
    const { result } = this.#post<{ result?: Remote }>("Runtime.evaluate", {
      expression: `globalThis["${HANDLE}"]`,
      objectGroup: GROUP,
    });
    return result;
  }

  #propertiesOf(objectId: string): Properties {
    return this.#post<Properties>("Runtime.getProperties", { objectId, ownProperties: true });
  }

  #post<T>(method: string, params: object): T {
    let answer: unknown;
    // Sessions on the same thread answer before `post` returns.
    shielded(() =>
      this.#session.post(method, { ...params, silent: true }, (error, result) => {
        if (error === null) answer = result;
      }),
    );
    return (answer ?? {}) as T;
  }
}
