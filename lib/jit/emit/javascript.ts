/**
 * Writes a program as JavaScript: scalar steps as straight-line code over local variables, longer ones as loops over
 * typed arrays, everything else as calls. The text is cut into functions of a few hundred statements: V8 compiles one
 * giant function badly, or not at all.
 */

import type { Op } from "../dag/ops.ts";
import { accessesOf } from "../schedule/collapse.ts";
import type { Buffer, Loop, Step } from "../schedule/steps.ts";
import { type Layout, WRITING } from "./layout.ts";
import { LoopWriter } from "./loop.ts";
import { inMemory, neverLocal } from "./scalars.ts";

export interface Source {
  /** Body of `(F, I, ops, calls, scratch) => step`. */
  readonly text: string;
  /** Operations that are called, in the order of `ops`. */
  readonly ops: readonly Op[];
  /** Steps that are called, in the order of `calls`. */
  readonly calls: readonly Step[];
  /** Lengths of the float64 arrays in which sums are formed, in the order of `scratch`. */
  readonly scratch: readonly number[];
}

/** Statements in one function. */
const PIECE = 300;

/** @param called whether a step is a call (WebAssembly, a draw, a matrix product) rather than text */
export function writeJavaScript(
  steps: readonly Step[],
  { address }: Layout,
  outside: ReadonlySet<Buffer>,
  called: (step: Step) => boolean,
): Source {
  const pieces = cut(steps.map((step) => ({ step, javascript: !called(step) })));
  const writer = new PieceWriter(address, inMemory(pieces, outside), neverLocal(steps));
  const names = pieces.map((piece, i) => {
    writer.begin();
    for (const { step, javascript } of piece) writer.step(step, javascript);
    writer.end(`piece${i}`);
    return `piece${i}`;
  });
  const run = names.map((name) => `if (${name}(base) !== 0) return 1;`);
  const ops = writer.ops.map((_, i) => `const op${i} = ops[${i}];`);
  const calls = writer.calls.map((_, i) => `const call${i} = calls[${i}];`);
  const scratch = writer.scratch.map((_, i) => `const S${i} = scratch[${i}];`);
  const text = [
    '"use strict";',
    ...ops,
    ...calls,
    ...scratch,
    ...writer.functions,
    "return function step(base) {",
    ...run.map((line) => `  ${line}`),
    `  I[${WRITING}] = 0;`,
    "  return 0;",
    "};",
  ].join("\n");
  return { text, ops: writer.ops, calls: writer.calls, scratch: writer.scratch };
}

function cut<T extends { step: Step }>(steps: readonly T[]): T[][] {
  const pieces: T[][] = [[]];
  let length = 0;
  for (const item of steps) {
    const size = item.step.kind === "loop" ? item.step.body.length : 1;
    if (length > 0 && length + size > PIECE) {
      pieces.push([]);
      length = 0;
    }
    pieces.at(-1)?.push(item);
    length += size;
  }
  return pieces;
}

/** Writes one function after the other, and collects what they call. */
class PieceWriter {
  readonly ops: Op[] = [];
  readonly calls: Step[] = [];
  readonly scratch: number[] = [];
  readonly functions: string[] = [];
  readonly #address: (buffer: Buffer) => number;
  readonly #inMemory: ReadonlySet<Buffer>;
  readonly #neverLocal: ReadonlySet<Buffer>;
  #lines: string[] = [];
  #locals = new Set<Buffer>();
  #declared = new Set<Buffer>();
  #steps = 0;

  constructor(
    address: (buffer: Buffer) => number,
    memory: ReadonlySet<Buffer>,
    neverLocal: ReadonlySet<Buffer>,
  ) {
    this.#address = address;
    this.#inMemory = memory;
    this.#neverLocal = neverLocal;
  }

  begin(): void {
    this.#lines = [];
    this.#locals = new Set();
    this.#declared = new Set();
  }

  end(name: string): void {
    const locals = [...this.#declared].map(({ id }) => `s${id} = 0`);
    this.functions.push(
      [
        `function ${name}(base) {`,
        "  let bad = 0;",
        ...(locals.length === 0 ? [] : [`  let ${locals.join(", ")};`]),
        ...this.#lines.map((line) => `  ${line}`),
        "  return bad;",
        "}",
      ].join("\n"),
    );
  }

  step(step: Step, javascript: boolean): void {
    if (!javascript) {
      this.calls.push(step);
      this.#lines.push(`call${this.calls.length - 1}(base);`);
      return;
    }
    switch (step.kind) {
      case "loop":
        this.#loop(step);
        return;
      case "check": {
        const bad = step.buffers.map((buffer) => `${this.read(buffer)} !== 0`);
        this.#lines.push(`if (${["bad !== 0", ...bad].join(" || ")}) return 1;`, `I[${WRITING}] = 1;`);
        return;
      }
      case "copy":
        this.#copy(step.from, step.to);
        return;
      default:
        throw new Error(`a ${step.kind} is not written as JavaScript`);
    }
  }

  #loop(loop: Loop): void {
    const writer = new LoopWriter(loop, this.#steps++, {
      address: this.#address,
      read: (buffer) => this.read(buffer),
      write: (buffer, value) => this.write(buffer, value),
      op: (op) => this.#op(op),
      scratch: (size) => `S${this.scratch.push(size) - 1}`,
    });
    // Variables that the loop reads are loaded before it.
    for (const { buffer } of loop.body.flatMap(accessesOf)) if (buffer.size === 1) this.#declare(buffer);
    this.#lines.push(...writer.lines());
  }

  #copy(from: Buffer, to: Buffer): void {
    if (from.size === 1) {
      this.#lines.push(...this.write(to, this.read(from)));
      return;
    }
    const [a, b] = [this.#address(from), this.#address(to)];
    this.#lines.push(`F.copyWithin(${b}, ${a}, ${a + from.size});`);
  }

  #op(op: Op): string {
    const known = this.ops.indexOf(op);
    return `op${known >= 0 ? known : this.ops.push(op) - 1}`;
  }

  #declare(buffer: Buffer): void {
    this.#declared.add(buffer);
  }

  #cell(buffer: Buffer): string {
    return `${buffer.dtype === "float32" ? "F" : "I"}[${this.#address(buffer)}]`;
  }

  /** The expression of a buffer of one element; it is loaded the first time. */
  read(buffer: Buffer): string {
    if (this.#neverLocal.has(buffer)) return this.#cell(buffer);
    this.#declare(buffer);
    if (!this.#locals.has(buffer)) {
      this.#locals.add(buffer);
      this.#lines.push(`s${buffer.id} = ${this.#cell(buffer)};`);
    }
    return `s${buffer.id}`;
  }

  write(buffer: Buffer, value: string): string[] {
    if (this.#neverLocal.has(buffer)) return [`${this.#cell(buffer)} = ${value};`];
    this.#declare(buffer);
    this.#locals.add(buffer);
    const lines = [`s${buffer.id} = ${value};`];
    if (this.#inMemory.has(buffer)) lines.push(`${this.#cell(buffer)} = s${buffer.id};`);
    return lines;
  }
}
