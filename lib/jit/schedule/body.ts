/** The body of one loop: the units of a group as statements in single assignment. */
import { type Argument, type IndirectView, isView, type Node, type View } from "../dag/node.ts";
import { type Dtype, rounded } from "../dag/ops.ts";
import { type Group, isAligned, type Plan } from "./plan.ts";
import type { Access, Buffer, Indirect, Loop, Operand, Statement } from "./steps.ts";

export function loopOf(group: Group, plan: Plan, bufferOf: (node: Node) => Buffer): Loop {
  return new Body(group, plan, bufferOf).loop();
}

class Body {
  readonly #group: Group;
  readonly #plan: Plan;
  readonly #bufferOf: (node: Node) => Buffer;
  readonly #statements: Statement[] = [];
  /** At the end, so that a result may take the place of what it was computed from. */
  readonly #stores: Statement[] = [];
  readonly #temps = new Map<Node, Operand>();
  readonly #loads = new Map<string, number>();
  #next = 0;

  constructor(group: Group, plan: Plan, bufferOf: (node: Node) => Buffer) {
    this.#group = group;
    this.#plan = plan;
    this.#bufferOf = bufferOf;
  }

  loop(): Loop {
    for (const { node, part } of this.#group.units) {
      if (node.kind === "map") this.#map(node);
      else if (node.kind === "reduce") this.#reduce(node);
      else if (node.kind === "assemble" && part !== undefined) {
        const value = this.#operand(part.arg, part.shape, node.dtype);
        const to = this.#access(node, part.offset, part.strides, part.shape, part.indirect);
        this.#stores.push({ kind: "store", to, value });
      }
    }
    return { kind: "loop", domain: this.#group.domain, body: [...this.#statements, ...this.#stores] };
  }

  #map(node: Extract<Node, { kind: "map" }>): void {
    const args = node.args.map((arg) => this.#operand(arg, node.shape, node.dtype));
    const temp = this.#next++;
    this.#statements.push({ kind: "let", temp, op: node.op, args, dtype: node.dtype });
    this.#temps.set(node, { temp });
    if (!this.#plan.stored.has(node)) return;
    const { domain } = this.#group;
    this.#stores.push({
      kind: "store",
      to: { buffer: this.#bufferOf(node), offset: 0, strides: contiguous(domain) },
      value: { temp },
    });
  }

  #reduce(node: Extract<Node, { kind: "reduce" }>): void {
    const value = this.#operand(node.arg, node.domain, node.dtype);
    const to = this.#access(node, node.offset, node.strides, node.domain, node.indirect);
    this.#statements.push({ kind: "reduce", reducer: node.reducer, to, value });
  }

  #operand(arg: Argument, shape: readonly number[], dtype: Dtype): Operand {
    if (typeof arg === "number") return { value: dtype === "float32" ? arg : rounded(arg, "float32") };
    if (!isView(arg)) return this.#position(arg.axis, shape);
    const inside =
      this.#plan.doneAt.get(arg.node) === this.#group.position && isAligned(arg, this.#group.domain)
        ? this.#temps.get(arg.node)
        : undefined;
    return inside ?? this.#load(arg, shape);
  }

  #position(axis: number, shape: readonly number[]): Operand {
    if (shape[axis] === 1) return { value: 0 };
    const within = shape.slice(0, axis).filter((n) => n !== 1).length;
    const key = `axis ${within}`;
    const known = this.#loads.get(key);
    if (known !== undefined) return { temp: known };
    const temp = this.#next++;
    this.#statements.push({ kind: "index", temp, axis: within });
    this.#loads.set(key, temp);
    return { temp };
  }

  #load(view: View, shape: readonly number[]): Operand {
    const from = this.#access(view.node, view.offset, view.strides, shape, view.indirect);
    const key = JSON.stringify([from.buffer.id, from.offset, from.strides, from.indirect]);
    const known = this.#loads.get(key);
    if (known !== undefined) return { temp: known };
    const temp = this.#next++;
    this.#statements.push({ kind: "load", temp, from, dtype: view.node.dtype });
    this.#loads.set(key, temp);
    return { temp };
  }

  #access(
    node: Node,
    offset: number,
    strides: readonly number[],
    shape: readonly number[],
    indirect: readonly IndirectView[] = [],
  ): Access {
    const inDomain = strides.filter((_, i) => shape[i] !== 1);
    const parts: Indirect[] = [];
    for (const { index, size, stride } of indirect) {
      const operand = this.#operand(index, shape, "int32");
      if ("temp" in operand) {
        parts.push({ temp: operand.temp, size, stride });
        continue;
      }
      const temp = this.#next++;
      this.#statements.push({ kind: "let", temp, op: "copy", args: [operand], dtype: "int32" });
      parts.push({ temp, size, stride });
    }
    const base = { buffer: this.#bufferOf(node), offset, strides: inDomain };
    return parts.length === 0 ? base : { ...base, indirect: parts };
  }
}

/** Strides of a result that is laid out row by row over a domain without axes of length 1. */
export function contiguous(domain: readonly number[]): number[] {
  const strides: number[] = [];
  for (let i = domain.length - 1, step = 1; i >= 0; i--) {
    strides.unshift(step);
    step *= domain[i] as number;
  }
  return strides;
}
