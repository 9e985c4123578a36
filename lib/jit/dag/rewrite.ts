/**
 * The same value by fewer operations: constants that multiply one after the other become one, and signs move to where
 * they cost nothing. In float64 the result is the same to float32 rounding; only the sign of a zero may differ.
 */
import { type Argument, isView, type View } from "./node.ts";
import type { Dtype, Op } from "./ops.ts";
import { through } from "./simplify.ts";

export interface Operation {
  readonly op: Op;
  readonly args: readonly Argument[];
}

/** The operation in a cheaper form; itself where there is none. */
export function rewritten(operation: Operation, dtype: Dtype): Operation {
  if (dtype !== "float32") return operation;
  let now = operation;
  for (let next = once(now); next !== undefined; next = once(now)) now = next;
  return now;
}

function once({ op, args }: Operation): Operation | undefined {
  const [a, b] = args as [Argument, Argument];
  switch (op) {
    case "mul":
      if (typeof b === "number") return scaled(b, a);
      return typeof a === "number" ? scaled(a, b) : undefined;
    case "neg": {
      const inner = definition(a);
      if (inner?.op === "sub")
        return { op: "sub", args: [inner.args[1] as Argument, inner.args[0] as Argument] };
      const [x, y] = inner?.args ?? [];
      if (inner?.op === "mul" && typeof x === "number") return { op: "mul", args: [-x, y as Argument] };
      if (inner?.op === "mul" && typeof y === "number") return { op: "mul", args: [-y, x as Argument] };
      if (inner?.op === "div" && typeof x === "number") return { op: "div", args: [-x, y as Argument] };
      return undefined;
    }
    case "add": {
      const negative = negated(b);
      if (negative !== undefined) return { op: "sub", args: [a, negative] };
      const first = negated(a);
      return first === undefined ? undefined : { op: "sub", args: [b, first] };
    }
    case "sub": {
      const negative = negated(b);
      return negative === undefined ? undefined : { op: "add", args: [a, negative] };
    }
    default:
      return undefined;
  }
}

/** c · x, where x is itself a multiple of something. */
function scaled(c: number, x: Argument): Operation | undefined {
  if (c === -1) return { op: "neg", args: [x] };
  const inner = definition(x);
  const [y, z] = inner?.args ?? [];
  if (inner?.op === "neg") return { op: "mul", args: [-c, y as Argument] };
  if (inner?.op !== "mul") return undefined;
  if (typeof y === "number")
    return isOrdinary(c, y) ? { op: "mul", args: [z as Argument, c * y] } : undefined;
  return typeof z === "number" && isOrdinary(c, z) ? { op: "mul", args: [y as Argument, c * z] } : undefined;
}

/** Whether the product of two constants can stand for both: `x · 1e30 · 1e30` is 0 where x is, `x · Infinity` is not. */
function isOrdinary(a: number, b: number): boolean {
  return [a, b, a * b].every((x) => Math.abs(x) > 2 ** -60 && Math.abs(x) < 2 ** 60);
}

function negated(arg: Argument): Argument | undefined {
  const inner = definition(arg);
  return inner?.op === "neg" ? inner.args[0] : undefined;
}

/** The operation whose result the argument is, element by element. */
function definition(arg: Argument | undefined): Operation | undefined {
  if (arg === undefined || !isView(arg) || arg.indirect !== undefined) return undefined;
  const { node } = arg;
  if (node.kind !== "map" || node.dtype !== "float32") return undefined;
  const args: Argument[] = [];
  for (const of of node.args) {
    if (typeof of === "number") args.push(of);
    else if (isView(of) && of.indirect === undefined && of.node.dtype === "float32") {
      const seen: View | undefined = through(arg, of);
      if (seen === undefined) return undefined;
      args.push(seen);
    } else return undefined;
  }
  return { op: node.op, args };
}
