/**
 * Arguments and results of a compiled function: tensors inside of arrays and plain objects, with other plain values
 * around them. A structure is told by its `key`: what it is made of, the shapes and types of its tensors, and every
 * plain value. Calls with the same key run the same program.
 */
import * as tf from "@tensorflow/tfjs-core";
import { refuse } from "../refusal.ts";

/** A structure with its tensors taken out; `build` puts others in their places. */
export interface Flat {
  readonly key: string;
  /** Each tensor once, in the order in which they were met. */
  readonly tensors: readonly tf.Tensor[];
  /** Functions in it. */
  readonly functions: readonly unknown[];
  build(tensors: readonly tf.Tensor[]): unknown;
}

type Build = (tensors: readonly tf.Tensor[]) => unknown;

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identityOf(x: object): number {
  let known = identities.get(x);
  if (known === undefined) {
    known = nextIdentity++;
    identities.set(x, known);
  }
  return known;
}

/** @throws Refusal where something is in it that is neither a tensor nor a plain value */
export function flatten(value: unknown, what: string): Flat {
  const flattener = new Flattener(what);
  const build = flattener.visit(value);
  const { parts, tensors, functions } = flattener;
  return { key: parts.join(""), tensors, functions, build };
}

class Flattener {
  readonly parts: string[] = [];
  readonly tensors: tf.Tensor[] = [];
  readonly functions: unknown[] = [];
  readonly #what: string;
  readonly #places = new Map<number, number>();
  /** Tensors that share their data, by where the first of them stands. */
  readonly #data = new Map<object, number>();
  readonly #open = new Set<object>();

  constructor(what: string) {
    this.#what = what;
  }

  visit(value: unknown): Build {
    if (value instanceof tf.Tensor) return this.#tensor(value);
    if (typeof value !== "object" || value === null) return this.#plain(value);
    if (ArrayBuffer.isView(value)) return this.#bytes(value);
    if (this.#open.has(value)) refuse(`${this.#what} holds an object that contains itself`);
    this.#open.add(value);
    const build = Array.isArray(value) ? this.#array(value) : this.#object(value);
    this.#open.delete(value);
    return build;
  }

  #tensor(tensor: tf.Tensor): Build {
    // A variable is state, whoever hands it over: it is the same one at each call, or the key is another.
    if (tensor instanceof tf.Variable) {
      this.parts.push(`v${tensor.id};`);
      return () => tensor;
    }
    const known = this.#places.get(tensor.id);
    if (known !== undefined) {
      this.parts.push(`t${known};`);
      return (tensors) => tensors[known];
    }
    const place = this.tensors.push(tensor) - 1;
    this.#places.set(tensor.id, place);
    const shared = this.#data.get(tensor.dataId);
    if (shared === undefined) this.#data.set(tensor.dataId, place);
    this.parts.push(`${tensor.dtype}[${tensor.shape}]${shared === undefined ? "" : `=${shared}`};`);
    return (tensors) => tensors[place];
  }

  #plain(value: unknown): Build {
    switch (typeof value) {
      case "number":
        this.parts.push(Object.is(value, -0) ? "-0;" : `${value};`);
        break;
      case "string":
        this.parts.push(`${JSON.stringify(value)};`);
        break;
      case "function":
        this.functions.push(value);
        this.parts.push(`f${identityOf(value as object)};`);
        break;
      case "symbol":
        refuse(`${this.#what} holds a symbol`);
        break;
      default:
        this.parts.push(`${typeof value} ${value};`);
    }
    return () => value;
  }

  /** A typed array is told by its content. */
  #bytes(view: ArrayBufferView): Build {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (bytes.length > MOST_BYTES)
      refuse(`${this.#what} holds a typed array of ${bytes.length} bytes; make it a tensor`);
    let text = "";
    for (let i = 0; i < bytes.length; i += CHUNK)
      text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
    this.parts.push(`${view.constructor.name}${bytes.length}(${text});`);
    const copy = structuredClone(view);
    return () => structuredClone(copy);
  }

  #array(list: readonly unknown[]): Build {
    this.parts.push(`${list.length}[`);
    const builds = list.map((item) => this.visit(item));
    this.parts.push("]");
    return (tensors) => builds.map((build) => build(tensors));
  }

  #object(value: object): Build {
    const prototype = Object.getPrototypeOf(value) as unknown;
    if (prototype !== Object.prototype && prototype !== null) {
      refuse(
        `${this.#what} holds a ${value.constructor?.name ?? "special object"}, whose insides the compiler does not know`,
      );
    }
    this.parts.push("{");
    const builds = Object.entries(value).map(([key, item]) => {
      this.parts.push(`${JSON.stringify(key)}:`);
      return [key, this.visit(item)] as const;
    });
    this.parts.push("}");
    return (tensors) => Object.fromEntries(builds.map(([key, build]) => [key, build(tensors)]));
  }
}

/** Larger typed arrays would make long keys. */
const MOST_BYTES = 65_536;
const CHUNK = 4096;
