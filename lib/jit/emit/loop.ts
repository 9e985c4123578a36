/** One loop as lines of JavaScript. */
import { sizeOf } from "../dag/node.ts";
import { type Dtype, type Op, opRow } from "../dag/ops.ts";
import type { Access, Buffer, Loop, Operand, Reducer, Statement } from "../schedule/steps.ts";

/** What a loop needs of the function that it is written into. */
export interface Surroundings {
  address(buffer: Buffer): number;
  /** The expression of a buffer of one element. */
  read(buffer: Buffer): string;
  /** The lines that give it a value. */
  write(buffer: Buffer, value: string): string[];
  /** The name of an operation that is called. */
  op(op: Op): string;
  /** The name of a float64 array of this length. */
  scratch(size: number): string;
}

type Reduce = Extract<Statement, { kind: "reduce" }>;

const NEUTRAL: Record<Reducer, string> = { sum: "0", prod: "1", max: "-Infinity", min: "Infinity" };

export class LoopWriter {
  readonly #loop: Loop;
  readonly #prefix: string;
  readonly #around: Surroundings;
  readonly #before: string[] = [];
  readonly #after: string[] = [];
  /** By depth: lines before and after the axes from that depth on. */
  readonly #open: string[][];
  readonly #close: string[][];
  readonly #inner: string[] = [];
  /** How often each temporary divides, and those whose inverse is there. */
  readonly #divisors = new Map<number, number>();
  readonly #inverses = new Set<number>();

  constructor(loop: Loop, number: number, around: Surroundings) {
    this.#loop = loop;
    this.#prefix = `t${number}_`;
    this.#around = around;
    this.#open = loop.domain.map(() => []);
    this.#close = loop.domain.map(() => []);
    for (const statement of loop.body) {
      const divisor = statement.kind === "let" && statement.op === "div" ? statement.args[1] : undefined;
      if (divisor === undefined || !("temp" in divisor)) continue;
      this.#divisors.set(divisor.temp, (this.#divisors.get(divisor.temp) ?? 0) + 1);
    }
  }

  lines(): string[] {
    const { domain, body } = this.#loop;
    let reductions = 0;
    for (const statement of body) {
      if (statement.kind === "reduce") this.#reduce(statement, reductions++);
      else this.#statement(statement);
    }
    if (domain.length === 0) return [...this.#before, ...this.#inner, ...this.#after];
    let lines = this.#inner;
    for (let axis = domain.length - 1; axis >= 0; axis--) {
      const i = this.#axis(axis);
      const head = `for (let ${i} = 0; ${i} < ${domain[axis]}; ${i}++) {`;
      lines = [
        ...(this.#open[axis] ?? []),
        head,
        ...lines.map((line) => `  ${line}`),
        "}",
        ...(this.#close[axis] ?? []),
      ];
    }
    return [...this.#before, ...lines, ...this.#after];
  }

  #axis(axis: number): string {
    return `i${axis}`;
  }

  #statement(statement: Exclude<Statement, { kind: "reduce" }>): void {
    const name = "temp" in statement ? `${this.#prefix}${statement.temp}` : "";
    switch (statement.kind) {
      case "load": {
        const { from } = statement;
        if (isFixed(from)) this.#before.push(`const ${name} = ${this.#element(from)};`);
        else this.#inner.push(`const ${name} = ${this.#element(from)};`);
        return;
      }
      case "index":
        this.#inner.push(`const ${name} = ${this.#axis(statement.axis)};`);
        return;
      case "let":
        this.#inner.push(
          `const ${name} = ${this.#expression(statement.op, statement.args, statement.dtype)};`,
        );
        return;
      case "store": {
        const { to, value } = statement;
        if (to.buffer.size === 1 && this.#loop.domain.length === 0) {
          this.#inner.push(...this.#around.write(to.buffer, this.#operand(value)));
        } else this.#inner.push(`${this.#cell(to)} = ${this.#operand(value)};`);
        return;
      }
      default:
        statement satisfies never;
    }
  }

  #expression(op: Op, args: readonly Operand[], dtype: Dtype): string {
    const row = opRow(op);
    const given = args.map((arg) => this.#operand(arg));
    if (op === "div" && dtype === "float32") return this.#quotient(args);
    if (dtype === "int32" && op === "mul") return `Math.imul(${given.join(", ")})`;
    const text = row.js === undefined ? `${this.#around.op(op)}(${given.join(", ")})` : row.js(...given);
    return dtype === "int32" && op !== "copy" ? `(${text} | 0)` : text;
  }

  /** Division takes five times as long as multiplication; in float64 the inverse costs no float32 digit. */
  #quotient([a, b]: readonly Operand[]): string {
    const [x, y] = [this.#operand(a as Operand), this.#operand(b as Operand)];
    if (b === undefined || "temp" in b) {
      const divisor = b?.temp ?? -1;
      if ((this.#divisors.get(divisor) ?? 0) < 2) return `(${x} / ${y})`;
      const inverse = `r${this.#prefix}${divisor}`;
      if (!this.#inverses.has(divisor)) {
        this.#inverses.add(divisor);
        this.#inner.push(`const ${inverse} = 1 / ${y};`);
      }
      return `(${x} * ${inverse})`;
    }
    const inverse = 1 / b.value;
    return Number.isFinite(inverse) && inverse !== 0
      ? `(${x} * ${this.#operand({ value: inverse })})`
      : `(${x} / ${y})`;
  }

  #operand(operand: Operand): string {
    if ("temp" in operand) return `${this.#prefix}${operand.temp}`;
    const { value } = operand;
    if (Object.is(value, -0)) return "(-0)";
    return value < 0 ? `(${value})` : String(value);
  }

  #element(access: Access): string {
    return access.buffer.size === 1 && access.indirect === undefined
      ? this.#around.read(access.buffer)
      : this.#cell(access);
  }

  #cell(access: Access): string {
    const { buffer } = access;
    return `${buffer.dtype === "float32" ? "F" : "I"}[${this.#index(access, this.#around.address(buffer))}]`;
  }

  #index({ offset, strides, indirect = [] }: Access, base: number): string {
    const terms: string[] = [];
    strides.forEach((stride, axis) => {
      if (stride !== 0) terms.push(stride === 1 ? this.#axis(axis) : `${this.#axis(axis)} * ${stride}`);
    });
    for (const { temp, size, stride } of indirect) {
      const t = `${this.#prefix}${temp}`;
      // A position that does not exist: the step is not taken, and an eager one will say what is wrong.
      terms.push(`(${t} >= 0 && ${t} < ${size} ? ${t} : (bad = 1, 0)) * ${stride}`);
    }
    const start = base + offset;
    return terms.length === 0 ? String(start) : `${start} + ${terms.join(" + ")}`;
  }

  /** Sums that end inside the nest are formed in a variable, others in a float64 array. */
  #reduce({ reducer, to, value }: Reduce, number: number): void {
    const { domain } = this.#loop;
    const given = this.#operand(value);
    const name = `a${this.#prefix}${number}`;
    // Over one point there is nothing to bring together.
    if (domain.length === 0) {
      if (to.buffer.size === 1) this.#inner.push(...this.#around.write(to.buffer, given));
      else this.#scattered({ reducer, to }, given, name);
      return;
    }
    const depth = to.strides.findLastIndex((stride) => stride !== 0) + 1;
    const once = to.indirect === undefined && followsAll(to, depth, domain);
    if (!once) {
      this.#scattered({ reducer, to }, given, name);
      return;
    }
    this.#open[depth]?.push(`let ${name} = ${NEUTRAL[reducer]};`);
    this.#inner.push(combined(reducer, name, given));
    const stored =
      to.buffer.size === 1 ? this.#around.write(to.buffer, name) : [`${this.#cell(to)} = ${name};`];
    this.#close[depth]?.push(...stored);
  }

  #scattered({ reducer, to }: Pick<Reduce, "reducer" | "to">, given: string, name: string): void {
    const { buffer } = to;
    const array = this.#around.scratch(buffer.size);
    this.#before.push(`${array}.fill(${NEUTRAL[reducer]});`);
    this.#inner.push(`const ${name} = ${this.#index(to, 0)};`, combined(reducer, `${array}[${name}]`, given));
    const start = this.#around.address(buffer);
    if (buffer.size === 1) this.#after.push(...this.#around.write(buffer, `${array}[0]`));
    else this.#after.push(`${buffer.dtype === "float32" ? "F" : "I"}.set(${array}, ${start});`);
  }
}

/** The same element at every point. */
function isFixed({ strides, indirect }: Access): boolean {
  return indirect === undefined && strides.every((stride) => stride === 0);
}

/** Whether every element of the result belongs to one point of the first `depth` axes, and the other way round. */
function followsAll({ strides, buffer }: Access, depth: number, domain: readonly number[]): boolean {
  const outer = domain.slice(0, depth);
  if (depth === domain.length) return false;
  return strides.slice(0, depth).every((stride) => stride !== 0) && sizeOf(outer) === buffer.size;
}

function combined(reducer: Reducer, to: string, value: string): string {
  switch (reducer) {
    case "sum":
      return `${to} += ${value};`;
    case "prod":
      return `${to} *= ${value};`;
    // NaN wins over everything, as in tfjs.
    case "max":
      return `if (!(${to} >= ${value}) && ${to} === ${to}) ${to} = ${value};`;
    case "min":
      return `if (!(${to} <= ${value}) && ${to} === ${to}) ${to} = ${value};`;
    default:
      return reducer satisfies never;
  }
}
