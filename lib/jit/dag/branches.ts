/**
 * `f(where(c, a, b))` is `where(c, f(a), f(b))`, element by element and whatever the numbers are. Where a and b are one
 * number each (a masked parameter: the likelihood of flips), f is then computed twice instead of for every element.
 */
import { type Argument, isView, type View } from "./node.ts";
import type { Dtype, Op } from "./ops.ts";
import { through } from "./simplify.ts";
import { isSplat } from "./view.ts";

/** Operations that are cheaper on a number than on many, and do not jump (rounding comes before those). */
const SMOOTH: ReadonlySet<Op> = new Set<Op>([
  ...(["exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "square", "neg"] as const),
  ...(["sigmoid", "softplus", "tanh", "add", "sub", "mul", "div"] as const),
]);

export interface Branches {
  readonly condition: View;
  /** Arguments of the operation, one number each, where the condition holds, and where not. */
  readonly yes: readonly Argument[];
  readonly no: readonly Argument[];
}

/** Undefined where the operation is better computed on every element. */
export function intoBranches(op: Op, args: readonly Argument[], dtype: Dtype): Branches | undefined {
  if (dtype !== "float32" || !SMOOTH.has(op)) return undefined;
  const chosen = args.findIndex((arg) => selected(arg) !== undefined);
  const found = selected(args[chosen]);
  if (found === undefined || !args.every((arg, i) => i === chosen || isNumber(arg))) return undefined;
  const [condition, yes, no] = found;
  // Of two numbers only one is needed: worth it where f of one of them is a constant, and of the other often known.
  const isFree = args.length === 1 && (typeof yes === "number" || typeof no === "number");
  if (isSplat(condition) && !isFree) return undefined;
  const having = (branch: Argument) => args.map((arg, i) => single(i === chosen ? branch : arg));
  return { condition, yes: having(yes), no: having(no) };
}

/** The one number itself. */
const single = (arg: Argument): Argument => (isView(arg) ? { ...arg, shape: [], strides: [] } : arg);

const isNumber = (arg: Argument): boolean => typeof arg === "number" || (isView(arg) && isSplat(arg));

/** Condition and branches of a selection between two numbers. */
function selected(arg: Argument | undefined): [View, Argument, Argument] | undefined {
  if (arg === undefined || !isView(arg) || arg.indirect !== undefined) return undefined;
  const { node } = arg;
  if (node.kind !== "map" || node.op !== "select" || node.dtype !== "float32") return undefined;
  const [condition, yes, no] = node.args.map((of) => seenThrough(arg, of));
  if (condition === undefined || !isView(condition) || yes === undefined || no === undefined)
    return undefined;
  return isNumber(yes) && isNumber(no) ? [condition, yes, no] : undefined;
}

function seenThrough(arg: View, of: Argument): Argument | undefined {
  if (typeof of === "number") return of;
  if (!isView(of) || of.indirect !== undefined) return undefined;
  return through(arg, of);
}
