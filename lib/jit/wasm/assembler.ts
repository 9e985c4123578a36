/**
 * Writes WebAssembly modules byte by byte. A piece of code that leaves a value on the stack is an `Expr`, its bytes;
 * an instruction is a function from expressions to an expression, so that code reads as arithmetic does. A value that
 * is used twice is kept in a local.
 *
 * Source: WebAssembly Core Specification 3.0, section 5 (binary format).
 */
export type Expr = readonly number[];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof F32 | typeof F64 | typeof V128;

const END = 0x0b;
const NO_RESULT = 0x40;
const PAGE = 65536;

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    const last = (rest >> 7 === 0 && (low & 0x40) === 0) || (rest >> 7 === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const view = new DataView(new ArrayBuffer(8));

export function float64Bytes(value: number): number[] {
  view.setFloat64(0, value, true);
  return Array.from({ length: 8 }, (_, i) => view.getUint8(i));
}

export function int32Bytes(value: number): number[] {
  view.setInt32(0, value, true);
  return Array.from({ length: 4 }, (_, i) => view.getUint8(i));
}

export function float32Bits(value: number): number {
  view.setFloat32(0, value, true);
  return view.getInt32(0, true);
}

/** Spreading thousands of bytes is slow. */
function joined(...parts: readonly (readonly number[])[]): number[] {
  const all: number[] = [];
  for (const part of parts) for (const byte of part) all.push(byte);
  return all;
}

const vector = (items: readonly (readonly number[])[]): number[] => joined(unsigned(items.length), ...items);
const name = (text: string): number[] => vector([...new TextEncoder().encode(text)].map((byte) => [byte]));

/** The body of one function as it is written. */
export class FunctionWriter {
  readonly module: ModuleWriter;
  readonly index: number;
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #prologue: number[] = [];
  readonly #constants = new Map<string, Expr>();
  readonly #code: number[] = [];
  readonly #shared = new Map<string, Expr>();
  /** Whether vector functions are written in place (fast) or called (short). */
  inline = false;

  constructor(module: ModuleWriter, index: number, parameters: number) {
    this.module = module;
    this.index = index;
    this.#parameters = parameters;
  }

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  emit(...pieces: readonly Expr[]): void {
    for (const piece of pieces) for (const byte of piece) this.#code.push(byte);
  }

  set(local: number, value: Expr): void {
    this.emit(value, [0x21, ...unsigned(local)]);
  }

  /** Computes a value once, here. */
  keep(value: Expr, type: ValueType = V128): Expr {
    if (value[0] === 0x20 && value.length === 1 + unsigned(readLocal(value)).length) return value;
    const local = this.local(type);
    this.set(local, value);
    return get(local);
  }

  /** What was computed under this name before, in this function; else computed now, and kept. */
  shared(name: string, value: () => Expr): Expr {
    const known = this.#shared.get(name) ?? this.keep(value());
    this.#shared.set(name, known);
    return known;
  }

  /** A vector constant of four words, made once at the start of the function. */
  words(a: number, b: number, c: number, d: number): Expr {
    const key = `${a},${b},${c},${d}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const local = this.local(V128);
    for (const byte of [0xfd, 12, ...[a, b, c, d].flatMap(int32Bytes), 0x21, ...unsigned(local)])
      this.#prologue.push(byte);
    const made = get(local);
    this.#constants.set(key, made);
    return made;
  }

  /** Four equal float32. */
  f32(value: number): Expr {
    const bits = float32Bits(value);
    return this.words(bits, bits, bits, bits);
  }

  /** Four equal int32. */
  i32(value: number): Expr {
    return this.words(value, value, value, value);
  }

  /** Two equal float64. */
  f64(value: number): Expr {
    view.setFloat64(0, value, true);
    const [low, high] = [view.getInt32(0, true), view.getInt32(4, true)];
    return this.words(low, high, low, high);
  }

  /** Runs the body `count` times. */
  repeat(count: number, body: () => void): void {
    if (count <= 0) return;
    if (count === 1) return body();
    const left = this.local(I32);
    this.set(left, i32Const(count));
    this.emit([0x03, NO_RESULT]);
    body();
    this.emit(get(left), i32Const(1), [0x6b], [0x22, ...unsigned(left)], [0x0d, 0], [END]);
  }

  /** Runs the body as long as the condition holds. */
  while(condition: Expr, body: () => void): void {
    this.emit([0x02, NO_RESULT, 0x03, NO_RESULT], condition, [0x45, 0x0d, 1]);
    body();
    this.emit([0x0c, 0, END, END]);
  }

  if(condition: Expr, body: () => void, otherwise?: () => void): void {
    this.emit(condition, [0x04, NO_RESULT]);
    body();
    if (otherwise !== undefined) {
      this.emit([0x05]);
      otherwise();
    }
    this.emit([END]);
  }

  /** Moves a pointer on. */
  advance(local: number, bytes: number): void {
    if (bytes !== 0) this.set(local, [...get(local), ...i32Const(bytes), 0x6a]);
  }

  bytes(): number[] {
    const runs: [count: number, type: ValueType][] = [];
    for (const type of this.#locals) {
      const last = runs[runs.length - 1];
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const locals = runs.map(([count, type]) => [...unsigned(count), type]);
    const body = joined(vector(locals), this.#prologue, this.#code, [END]);
    return joined(unsigned(body.length), body);
  }
}

function readLocal(expr: Expr): number {
  let value = 0;
  for (let i = 1, shift = 0; i < expr.length; i++, shift += 7) {
    const byte = expr[i] as number;
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) break;
  }
  return value;
}

export const get = (local: number): Expr => [0x20, ...unsigned(local)];
export const i32Const = (value: number): Expr => [0x41, ...signed(value)];
export const call = (index: number, ...args: readonly Expr[]): Expr => [
  ...args.flat(),
  0x10,
  ...unsigned(index),
];

export type Exported = (...args: number[]) => void;

/** A module over one imported memory: imported functions of float64 first, then its own. */
export class ModuleWriter {
  readonly #types: number[][] = [];
  readonly #imports: { readonly type: number; readonly f: (...args: number[]) => number }[] = [];
  readonly #functions: { readonly type: number; readonly writer: FunctionWriter }[] = [];
  readonly #exports: number[] = [];
  readonly #helpers = new Map<string, number>();
  readonly #importIndex = new Map<string, number>();
  /** Whether fused multiply-add of the relaxed instructions may be used. */
  readonly relaxed: boolean;
  #sealed = false;

  constructor(relaxed: boolean) {
    this.relaxed = relaxed;
  }

  /** Imports come before functions in the index space, so all are declared before the first function is written. */
  import(key: string, arity: number, f: (...args: number[]) => number): void {
    if (this.#sealed) throw new Error("a module imports before it defines");
    if (this.#importIndex.has(key)) return;
    this.#importIndex.set(key, this.#imports.length);
    this.#imports.push({ type: this.#type(new Array(arity).fill(F64), [F64]), f });
  }

  imported(key: string): number {
    const index = this.#importIndex.get(key);
    if (index === undefined) throw new Error(`${key} is not imported`);
    return index;
  }

  define(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionWriter {
    this.#sealed = true;
    const index = this.#imports.length + this.#functions.length;
    const writer = new FunctionWriter(this, index, parameters.length);
    this.#functions.push({ type: this.#type(parameters, results), writer });
    return writer;
  }

  /** Exports a function under the next number. */
  export(f: FunctionWriter): void {
    this.#exports.push(f.index);
  }

  /** The index of an inner function of vectors, written when it is first asked for. */
  helper(key: string, arity: number, write: (f: FunctionWriter, args: readonly Expr[]) => Expr): number {
    const known = this.#helpers.get(key);
    if (known !== undefined) return known;
    const f = this.define(new Array<ValueType>(arity).fill(V128), [V128]);
    this.#helpers.set(key, f.index);
    f.inline = true;
    f.emit(
      write(
        f,
        Array.from({ length: arity }, (_, i) => get(i)),
      ),
    );
    return f.index;
  }

  #type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const bytes = [0x60, ...vector(parameters.map((t) => [t])), ...vector(results.map((t) => [t]))];
    const found = this.#types.findIndex((type) => type.join() === bytes.join());
    return found >= 0 ? found : this.#types.push(bytes) - 1;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const section = (id: number, content: readonly number[]) =>
      joined([id], unsigned(content.length), content);
    const imports = [
      [...name("m"), ...name("m"), 2, 0, 1],
      ...this.#imports.map(({ type }, i) => [...name("f"), ...name(String(i)), 0, ...unsigned(type)]),
    ];
    return Uint8Array.from(
      joined(
        [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        section(1, vector(this.#types)),
        section(2, vector(imports)),
        section(3, vector(this.#functions.map(({ type }) => unsigned(type)))),
        section(7, vector(this.#exports.map((index, i) => [...name(String(i)), 0, ...unsigned(index)]))),
        section(10, vector(this.#functions.map(({ writer }) => writer.bytes()))),
      ),
    );
  }

  /** Compiles at once; the exported functions in their order. */
  instantiate(memory: WebAssembly.Memory): { functions: Exported[]; bytes: number } {
    if (memory.buffer.byteLength < PAGE) throw new Error("the memory of a module holds at least one page");
    const bytes = this.bytes();
    const f = Object.fromEntries(this.#imports.map((row, i) => [String(i), row.f]));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory }, f });
    return {
      functions: this.#exports.map((_, i) => exports[String(i)] as Exported),
      bytes: bytes.length,
    };
  }
}
