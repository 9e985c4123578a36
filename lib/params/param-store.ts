/**
 * The parameter store: named values, each kept unconstrained in a `tf.Variable` and given out constrained.
 * It remembers which cell created a parameter, so that a cell that is run again can begin anew.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Constraint } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";
import type { ParamInit } from "../poutine/message.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { restoring } from "../restoring.ts";
import { type Numeric, parametersChanged, sameShape, showShape, toTensor } from "../tensor/index.ts";
import { decodeState, encodeState } from "./codec.ts";
import { takeOut } from "./dropped.ts";
import { readFileText, writeFileAtomic } from "./file.ts";
import { entryOf, paramOf } from "./state.ts";
import {
  assign,
  checkAgain,
  constrained,
  createParam,
  initialTensor,
  type ParamOwner,
  type StoredParam,
} from "./stored-param.ts";
import type { DroppedParams, ParamEvent, ParamOptions, ParamReport, ParamState } from "./types.ts";

type Names = string | Iterable<string>;

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = [
  "deleteTag",
  "getActiveParams",
  "getAllParamNames",
  "getParam",
  "getParamTags",
  "getState",
  "markParamsActive",
  "markParamsInactive",
  "namedParameters",
  "paramName",
  "replaceParam",
  "setState",
  "tagParams",
  "untagParams",
] as const;

export interface ParamStoreDict extends PyroSpelling<ParamStoreDict, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class ParamStoreDict {
  static {
    spellAsPyro(ParamStoreDict.prototype, MANUAL);
  }

  #params = new Map<string, StoredParam>();
  /** Of every constrained value that was given out: whose it is. */
  readonly #givenOut = new WeakMap<tf.Tensor, { readonly name: string; readonly life: number }>();
  readonly #listeners = new Set<(event: ParamEvent) => void>();
  #owner: ParamOwner | null = null;

  // --- Asking -----------------------------------------------------------------------------------------------

  /**
   * The constrained value of a parameter; made from `init` if it does not exist.
   * @throws if it does not exist and there is no `init`, if `init` has another shape than the parameter, or if it is
   * outside the constraint.
   */
  getParam(
    name: string,
    init?: ParamInit,
    tags: Names = "default",
    { constraint }: ParamOptions = {},
  ): tf.Tensor {
    let param = this.#params.get(name);
    if (param !== undefined) {
      checkAgain(param, init, constraint);
    } else if (init === undefined || init === null) {
      throw this.#missing(name, "give it an initial value: param(name, init)");
    } else {
      const make = () => initialTensor(name, init);
      param = createParam({ name, make, constraint, tags: list(tags), owner: this.#owner });
      this.#params.set(name, param);
      this.#tell("create", [name]);
    }
    return this.#giveOut(param);
  }

  /** The stored variable. @throws if there is no such parameter. */
  getUnconstrained(name: string): tf.Variable {
    return this.#stored(name).variable;
  }

  getConstraint(name: string): Constraint {
    return this.#stored(name).constraint;
  }

  /** The constrained numbers that a parameter was created with; undefined if they are more than 4096, or it was loaded. */
  getInitial(name: string): ArrayLike<number> | undefined {
    return this.#stored(name).initial;
  }

  /** The name of a value that `param` returned, or of a stored variable; undefined if it is neither. */
  paramName(p: tf.Tensor): string | undefined {
    const known = this.#givenOut.get(p);
    if (known !== undefined) return this.lifeOf(known.name) === known.life ? known.name : undefined;
    for (const { name, variable } of this.#params.values()) if (variable === p) return name;
    return undefined;
  }

  /** Number of this incarnation of a parameter: state kept for another life is stale. */
  lifeOf(name: string): number | undefined {
    return this.#params.get(name)?.life;
  }

  getAllParamNames(): string[] {
    return [...this.#params.keys()];
  }

  /** Names and stored (unconstrained) variables. */
  *namedParameters(): IterableIterator<[name: string, parameter: tf.Variable]> {
    for (const { name, variable } of this.#params.values()) yield [name, variable];
  }

  // --- As a map of constrained values -----------------------------------------------------------------------

  get size(): number {
    return this.#params.size;
  }
  has(name: string): boolean {
    return this.#params.has(name);
  }
  /** The constrained value, or undefined. */
  get(name: string): tf.Tensor | undefined {
    const param = this.#params.get(name);
    return param === undefined ? undefined : this.#giveOut(param);
  }
  /** Sets a constrained value: of an existing parameter, or of a new one (`real` without a constraint). */
  set(name: string, value: Numeric, { constraint }: ParamOptions = {}): this {
    const old = this.#params.get(name);
    const inPlace = tf.tidy(() => {
      const tensor = toTensor(value);
      if (old !== undefined && sameShape(old.shape, tensor.shape) && constraint === undefined) {
        assign(old, tensor);
        return true;
      }
      const tags = old?.tags ?? ["default"];
      const owner = old?.owner ?? this.#owner;
      const kept = constraint ?? old?.constraint;
      const fresh = createParam({ name, make: () => tensor, constraint: kept, tags, owner });
      this.#params.set(name, fresh);
      old?.variable.dispose();
      return false;
    });
    this.#tell(inPlace ? "set" : "create", [name]);
    return this;
  }
  /** Forgets a parameter; whether there was one. */
  delete(name: string): boolean {
    const param = this.#params.get(name);
    if (param === undefined) return false;
    this.#params.delete(name);
    param.variable.dispose();
    this.#tell("delete", [name]);
    return true;
  }
  /**
   * Takes a parameter back to the value that it was created with; optimizers begin anew with it.
   * @throws if there is no such parameter, or its first value is not remembered (more than 4096 numbers, or loaded).
   */
  reset(name: string): void {
    const old = this.#stored(name);
    const { initial, shape, constraint, tags, owner, active } = old;
    if (initial === undefined) {
      throw pyroError({
        what: `The value that parameter "${name}" was created with is not remembered`,
        where: `parameter "${name}" of shape ${showShape(shape)}`,
        expected: "a parameter of at most 4096 numbers that this session created",
        try: `getParamStore().delete("${name}"): the next run of the model makes it anew`,
      });
    }
    const make = () => tf.tensor(Float32Array.from(initial), [...shape]);
    const fresh = createParam({ name, make, constraint, tags, owner });
    fresh.active = active;
    this.#params.set(name, fresh);
    old.variable.dispose();
    this.#tell("create", [name]);
  }
  /** Forgets all parameters. */
  clear(): void {
    const names = [...this.#params.keys()];
    for (const { variable } of this.#params.values()) variable.dispose();
    this.#params.clear();
    this.#tell("clear", names);
  }
  keys(): IterableIterator<string> {
    return this.#params.keys();
  }
  *values(): IterableIterator<tf.Tensor> {
    for (const param of this.#params.values()) yield this.#giveOut(param);
  }
  *entries(): IterableIterator<[name: string, value: tf.Tensor]> {
    for (const [name, param] of this.#params) yield [name, this.#giveOut(param)];
  }
  [Symbol.iterator](): IterableIterator<[name: string, value: tf.Tensor]> {
    return this.entries();
  }

  /**
   * Puts another (constrained) value in the place of a parameter's, of any shape.
   * @throws if `oldParam` is given and is not the parameter's.
   */
  replaceParam(name: string, newParam: Numeric, oldParam?: tf.Tensor): void {
    const { shape } = this.#stored(name);
    if (oldParam !== undefined && this.paramName(oldParam) !== name) {
      throw pyroError({
        what: `The value to be replaced is not that of parameter "${name}"`,
        where: `parameter "${name}"`,
        expected: `what param("${name}") returned, or the stored variable (shape ${showShape(shape)})`,
        got: `a tensor of shape ${showShape(oldParam.shape)}`,
      });
    }
    this.set(name, newParam);
  }

  // --- Tags and marks ---------------------------------------------------------------------------------------

  tagParams(names: Names, tags: Names): void {
    for (const name of list(names)) for (const tag of list(tags)) this.#stored(name).tags.add(tag);
  }
  untagParams(names: Names, tags: Names): void {
    for (const name of list(names)) for (const tag of list(tags)) this.#stored(name).tags.delete(tag);
  }
  getParamTags(name: string): Set<string> {
    return new Set(this.#params.get(name)?.tags);
  }
  /** Takes a tag off all parameters. */
  deleteTag(tag: string): void {
    for (const { tags } of this.#params.values()) tags.delete(tag);
  }
  /** Marks parameters, given by name or by value, as being optimised. */
  markParamsActive(params: Iterable<tf.Tensor | string>): void {
    for (const p of params) this.#stored(this.#nameOf(p)).active = true;
  }
  markParamsInactive(params: Iterable<tf.Tensor | string>): void {
    for (const p of params) this.#stored(this.#nameOf(p)).active = false;
  }
  /** The stored variables of active parameters; with `tags`, of those that carry any of them. */
  getActiveParams(tags?: Names): Set<tf.Variable> {
    const wanted = tags === undefined ? undefined : [...list(tags)];
    const active = [...this.#params.values()].filter(
      (param) => param.active && (wanted === undefined || wanted.some((tag) => param.tags.has(tag))),
    );
    return new Set(active.map(({ variable }) => variable));
  }

  // --- State and files --------------------------------------------------------------------------------------

  /** A copy of everything, as plain data. */
  getState(): ParamState {
    return { version: 1, params: [...this.#params.values()].map(entryOf) };
  }

  /** Sets every parameter that the state names; the others stay. Says what it did. */
  setState(state: ParamState): ParamReport {
    // All are built before the first is put in: a bad entry leaves the store as it was.
    const fresh = state.params.map((entry) =>
      paramOf(entry, this.#params.get(entry.name)?.owner ?? this.#owner),
    );
    const replaced: string[] = [];
    const created: string[] = [];
    for (const param of fresh) {
      const old = this.#params.get(param.name);
      (old === undefined ? created : replaced).push(param.name);
      if (old === undefined) {
        this.#params.set(param.name, param);
        continue;
      }
      const lives = sameShape(old.variable.shape, param.variable.shape);
      if (lives) tf.tidy(() => old.variable.assign(tf.clone(param.variable)));
      const next = lives ? { ...param, variable: old.variable, life: old.life, noticed: old.noticed } : param;
      (lives ? param : old).variable.dispose();
      this.#params.set(param.name, next);
    }
    if (created.length > 0) this.#tell("create", created);
    if (replaced.length > 0) this.#tell("set", replaced);
    const named = new Set(fresh.map(({ name }) => name));
    return { replaced, created, untouched: this.getAllParamNames().filter((name) => !named.has(name)) };
  }

  /** Writes everything to a file, which is whole at any time. */
  save(file: string): void {
    writeFileAtomic(file, encodeState(this.getState()));
  }

  /** Sets every parameter that the file names. @throws for a file that is not whole; the store is then as it was. */
  load(file: string): ParamReport {
    return this.setState(decodeState(readFileText(file), `file ${file}`));
  }

  /**
   * Runs `fn` with a store that is empty (or has `state`), then puts everything back. For a function that returns a
   * promise, when that settles.
   */
  scope<T>(fn: () => T, state?: ParamState): T {
    const outer = this.#params;
    this.#params = new Map();
    parametersChanged();
    const restore = () => {
      for (const { variable } of this.#params.values()) variable.dispose();
      this.#params = outer;
      this.#tell("restore", [...outer.keys()]);
    };
    let lasts = false;
    const ended = () => {
      if (!lasts) restore();
    };
    return restoring(ended, () => {
      if (state !== undefined) this.setState(state);
      const result = fn();
      lasts = result instanceof Promise;
      return result instanceof Promise ? (result.finally(restore) as T) : result;
    });
  }

  // --- Cells ------------------------------------------------------------------------------------------------

  /** Says which cell runs, and how a person knows it: parameters that are created from now on are its own. */
  setOwner(cellId: string | null, label = `cell ${cellId}`): void {
    this.#owner = cellId === null ? null : { id: cellId, label };
  }
  /** The cell that created a parameter. */
  ownerOf(name: string): string | null {
    return this.#params.get(name)?.owner?.id ?? null;
  }
  namesOwnedBy(cellId: string): string[] {
    return [...this.#params.values()].filter(({ owner }) => owner?.id === cellId).map(({ name }) => name);
  }
  /** Takes the parameters that a cell created out of the store. */
  dropOwned(cellId: string): DroppedParams {
    return this.drop(this.namesOwnedBy(cellId));
  }
  /** Takes parameters out of the store, so that they can come back. */
  drop(names: Iterable<string>): DroppedParams {
    const dropped = [...names].map((name) => this.#stored(name));
    return takeOut(dropped, { params: () => this.#params, tell: (type, of) => this.#tell(type, of) });
  }

  // --- Events -----------------------------------------------------------------------------------------------

  /** Calls `listener` after each change; returns a function that ends it. */
  onChange(listener: (event: ParamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(type: ParamEvent["type"], names: readonly string[]): void {
    parametersChanged();
    for (const listener of [...this.#listeners]) listener({ type, names });
  }

  // --- Inside -----------------------------------------------------------------------------------------------

  #giveOut(param: StoredParam): tf.Tensor {
    const value = constrained(param);
    this.#givenOut.set(value, { name: param.name, life: param.life });
    return value;
  }

  #stored(name: string): StoredParam {
    const param = this.#params.get(name);
    if (param === undefined)
      throw this.#missing(name, "run what creates it first (the cell that trains it, or param(name, init))");
    return param;
  }

  #nameOf(p: tf.Tensor | string): string {
    const name = typeof p === "string" ? p : this.paramName(p);
    if (name !== undefined) return name;
    throw pyroError({
      what: "This tensor is not a parameter of the store",
      expected: "a parameter's name, what param returned, or the stored variable",
      got: typeof p === "string" ? p : `a tensor of shape ${showShape(p.shape)}`,
    });
  }

  #missing(name: string, hint: string): Error {
    const names = this.getAllParamNames();
    return pyroError({
      what: `There is no parameter "${name}"`,
      where: `parameter "${name}"`,
      expected: names.length === 0 ? "a parameter; the store is empty" : `one of ${names.join(", ")}`,
      try: hint,
    });
  }

  toString(): string {
    const rows = [...this.#params.values()].map(
      ({ name, shape, constraint }) =>
        `  ${name}: ${showShape(shape)}${constraint.kind === "real" ? "" : ` ${constraint}`}`,
    );
    return rows.length === 0 ? "ParamStore (empty)" : ["ParamStore", ...rows].join("\n");
  }
}

function list(x: Names): Iterable<string> {
  return typeof x === "string" ? [x] : x;
}
