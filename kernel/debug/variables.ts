import { internalName, writtenName } from "../execute/names.ts";
import type { Scope, Variable } from "./dap.ts";
import type { Described } from "./door.ts";
import type { Door } from "./door-client.ts";
import type { UserFrame } from "./frames.ts";
import {
  argumentOf,
  type CallFrame,
  type Evaluated,
  type Inspector,
  type Property,
  type RemoteObject,
} from "./inspector.ts";

/** What a number that the front end asks for stands for. */
type Inside =
  | {
      readonly kind: "scopes";
      readonly objectIds: readonly string[];
      readonly extra: readonly Named[];
      readonly only: ReadonlySet<string> | undefined;
    }
  | { readonly kind: "object"; readonly objectId: string }
  | { readonly kind: "items"; readonly objectId: string; readonly from: number; readonly to: number };

type Named = readonly [name: string, value: RemoteObject];

/** More than this are shown in groups. */
const MOST = 100;

/** Scopes and values that can be opened, until the code goes on. */
export class Variables {
  readonly #inspector: Inspector;
  readonly #door: Door;
  readonly #inside = new Map<number, Inside>();
  readonly #number: () => number;

  constructor(inspector: Inspector, door: Door, number: () => number) {
    this.#number = number;
    this.#inspector = inspector;
    this.#door = door;
  }

  clear(): void {
    this.#inside.clear();
  }

  /** Innermost first: what the function declares, what it has captured, what cells have declared. */
  scopes({ call }: UserFrame, notebook: ReadonlySet<string>): Scope[] {
    const groups = { Locals: [] as string[], Closure: [] as string[], Module: [] as string[] };
    const globals: string[] = [];
    const hasFunction = call.scopeChain.some(({ type }) => type === "local");
    let inFunction = true;
    for (const { type, object } of call.scopeChain) {
      const { objectId } = object;
      if (objectId === undefined || type === "global") continue;
      if (type === "script") globals.push(objectId);
      else if (type === "module") groups.Module.push(objectId);
      else if (type === "closure" || (hasFunction && !inFunction)) groups.Closure.push(objectId);
      else groups.Locals.push(objectId);
      if (type === "local") inFunction = false;
    }
    const extra: Named[] = [];
    if (call.this.type !== "undefined" && hasFunction && call.this.className !== "global")
      extra.push(["this", call.this]);
    if (call.returnValue !== undefined) extra.push(["(returns)", call.returnValue]);
    const scopes: Scope[] = [];
    const scope = (
      name: string,
      objectIds: readonly string[],
      more: readonly Named[],
      only?: ReadonlySet<string>,
    ) => {
      if (objectIds.length + more.length === 0) return;
      const variablesReference = this.#add({ kind: "scopes", objectIds, extra: more, only });
      const hint = name === "Locals" ? { presentationHint: "locals" as const } : {};
      scopes.push({ name, variablesReference, expensive: false, ...hint });
    };
    scope("Locals", groups.Locals, extra);
    scope("Closure", groups.Closure, []);
    scope("Module", groups.Module, []);
    scope("Globals", globals, [], new Set([...notebook].map(internalName)));
    return scopes;
  }

  /** What the function itself knows by a name. */
  async localNames({ call }: UserFrame): Promise<string[]> {
    const scopes = call.scopeChain.filter(({ type }) => type !== "script" && type !== "global");
    const named = await Promise.all(scopes.map(({ object }) => this.#properties(object.objectId ?? "")));
    return named.flat().map(([name]) => name);
  }

  /** Undefined where the number stands for nothing any more. */
  async children(reference: number): Promise<Variable[] | undefined> {
    const inside = this.#inside.get(reference);
    switch (inside?.kind) {
      case undefined:
        return undefined;
      case "scopes":
        return this.describe(await this.#inScopes(inside));
      case "object":
        return this.describe(await this.#properties(inside.objectId));
      case "items":
        return this.#items(inside);
      default:
        return inside satisfies never;
    }
  }

  async describeOne(name: string, value: RemoteObject): Promise<Variable> {
    const [shown] = await this.describe([[name, value]]);
    return shown ?? { name, value: "", variablesReference: 0 };
  }

  async describe(named: readonly Named[]): Promise<Variable[]> {
    const described = await this.#door.describe(named.map(([, value]) => value));
    return named.map(([name, value], i) => {
      const { text, items, opens } = described[i] ?? {
        text: value.description ?? value.type,
        items: 0,
        opens: false,
      };
      return {
        name: writtenName(name),
        value: text,
        evaluateName: writtenName(name),
        ...this.#opening(value, { items, opens }),
      };
    });
  }

  #opening(
    value: RemoteObject,
    { items, opens }: Omit<Described, "text">,
  ): Pick<Variable, "variablesReference" | "indexedVariables"> {
    const { objectId } = value;
    if (objectId === undefined || !opens) return { variablesReference: 0 };
    if (items === 0) return { variablesReference: this.#add({ kind: "object", objectId }) };
    return { variablesReference: this.#add({ kind: "items", objectId, from: 0, to: items }) };
  }

  async #inScopes({ objectIds, extra, only }: Inside & { kind: "scopes" }): Promise<Named[]> {
    const found = new Map<string, RemoteObject>();
    for (const objectId of objectIds) {
      for (const [name, value] of await this.#properties(objectId)) {
        // What is inside hides what is outside. The kernel's own names cannot be written.
        if (only?.has(name) === false || found.has(name) || /^(\$\w+\u200d|\.)/.test(name)) continue;
        found.set(name, value);
      }
    }
    return [...extra, ...found];
  }

  async #properties(objectId: string): Promise<Named[]> {
    const { result, privateProperties = [] } = await this.#inspector.post<{
      result: Property[];
      privateProperties?: Property[];
    }>("Runtime.getProperties", { objectId, ownProperties: true });
    return [...result, ...privateProperties].flatMap(({ name, value, get }) => {
      if (name === "__proto__") return [];
      if (value !== undefined) return [[name, value] as const];
      return get?.type === "function" ? [[name, { type: "string", value: "(getter)" }] as const] : [];
    });
  }

  /** Of what has many: parts of a hundred, of ten thousand ... */
  async #items({ objectId, from, to }: Inside & { kind: "items" }): Promise<Variable[]> {
    if (to - from <= MOST) return this.describe(await this.#door.items(objectId, from, to));
    let part = MOST;
    while ((to - from) / part > MOST) part *= MOST;
    const parts: Variable[] = [];
    for (let start = from; start < to; start += part) {
      const end = Math.min(start + part, to);
      const variablesReference = this.#add({ kind: "items", objectId, from: start, to: end });
      parts.push({ name: `[${start} … ${end - 1}]`, value: "", variablesReference });
    }
    return parts;
  }

  /** Gives a variable another value. @returns how it shows itself */
  async assign(
    reference: number,
    name: string,
    value: RemoteObject,
    call: CallFrame | undefined,
  ): Promise<Variable> {
    const inside = this.#inside.get(reference);
    if (inside === undefined) throw new Error("This variable is there no more: the code has gone on.");
    const argument = argumentOf(value);
    if (inside.kind !== "scopes") return this.#assignInside(inside, name, value);
    const index = call?.scopeChain.findIndex(
      ({ object, type }) => type !== "script" && inside.objectIds.includes(object.objectId ?? ""),
    );
    const internal = inside.only === undefined ? name : internalName(name);
    if (call !== undefined && index !== undefined && index >= 0) {
      for (const [scopeNumber, { object }] of call.scopeChain.entries()) {
        if (!inside.objectIds.includes(object.objectId ?? "")) continue;
        const names = (await this.#properties(object.objectId ?? "")).map(([one]) => one);
        if (!names.includes(name)) continue;
        await this.#inspector.post("Debugger.setVariableValue", {
          ...{ scopeNumber, variableName: name, newValue: argument, callFrameId: call.callFrameId },
        });
        break;
      }
    } else await this.#door.assign(internal, value);
    return this.describeOne(name, value);
  }

  async #assignInside(
    { objectId }: Inside & { objectId: string },
    name: string,
    value: RemoteObject,
  ): Promise<Variable> {
    const { exceptionDetails } = await this.#inspector.post<Evaluated>("Runtime.callFunctionOn", {
      ...{ objectId, arguments: [{ value: name }, argumentOf(value)], silent: true },
      functionDeclaration: `function (name, value) { "use strict"; this instanceof Map ? this.set(name, value) : (this[name] = value); }`,
    });
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return this.describeOne(name, value);
  }

  #add(inside: Inside): number {
    const number = this.#number();
    this.#inside.set(number, inside);
    return number;
  }
}
