/**
 * A handler that is also the function it handles, as in the manual: `trace(model)(data)` runs the model traced,
 * `trace(model).getTrace(data)` returns the trace. Made without a function (`scale(null, { scale: 2 })`) it is a
 * scope: `.run(body)`.
 */
import { pyroError } from "../errors.ts";
import { Messenger } from "./stack.ts";

/** A model or guide: a synchronous function that calls primitives. */
export type Program<A extends unknown[] = never[], R = unknown> = (...args: A) => R;

export interface Poutine<A extends unknown[], R> extends Program<A, R> {}

/** The base class: leaves the meaning of a program as it is. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export class Poutine<A extends unknown[] = unknown[], R = unknown> extends Messenger {
  /** The handled function; null for a scope. */
  declare readonly fn: Program<A, R> | null;

  constructor(fn: Program<A, R> | null = null) {
    super();
    if (fn !== null && typeof fn !== "function") throw notProgram(new.target.name, fn);
    const self = (...args: A): R => (self as unknown as Poutine<A, R>).invoke(...args);
    Object.setPrototypeOf(self, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: instances are callable
    return Object.assign(self, { fn }) as unknown as this;
  }

  static {
    // Instances are functions; they keep what every function has.
    for (const name of ["call", "apply", "bind"] as const) {
      Object.defineProperty(Poutine.prototype, name, { value: Function.prototype[name], configurable: true });
    }
  }

  override toString(): string {
    return `${this.constructor.name}(${this.fn === null ? "" : titleOf(this.fn)})`;
  }

  /** Calls the handled function under this handler. */
  invoke(...args: A): R {
    return this.run(() => this.program(...args));
  }

  /** The handled function. @throws for a scope, which has none. */
  protected get program(): Program<A, R> {
    if (this.fn !== null) return this.fn;
    throw pyroError({
      what: `This ${this.constructor.name} was made without a function`,
      try: "use it as a scope, handler.run(() => { ... }), or pass the model as its first argument",
    });
  }
}

function titleOf(fn: Program): string {
  return fn instanceof Poutine ? fn.toString() : fn.name || "function";
}

function notProgram(handler: string, got: unknown): Error {
  return pyroError({
    what: `${handler} needs a function to handle`,
    expected: "a model or guide, not what it returns; or null for a scope",
    got: got === undefined ? "undefined" : (`${typeof got}: ${got}`.split("\n", 1)[0] ?? ""),
    try: "trace(model).getTrace(...args), the arguments after the handler",
  });
}

/**
 * The value of an option that may also be given by itself: `condition(fn, { data })` and the manual's
 * `ConditionPoutine(fn, data)`.
 */
export function optionOr<K extends string, T>(given: T | { readonly [k in K]: T }, key: K): T {
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, key)) return given as T;
  const inner = (given as { readonly [k in K]: T })[key];
  return Object.keys(given).length === 1 && isTable(inner) ? inner : (given as T);
}

/** Whether a value answers for sites by name: it is not itself the value of a site. */
function isTable(x: unknown): boolean {
  if (typeof x === "function" || x instanceof Map) return true;
  if (typeof x !== "object" || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return !("dataId" in x);
}
