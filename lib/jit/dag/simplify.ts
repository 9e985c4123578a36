/**
 * Algebra that changes no number, whatever it is. (Only the sign of a zero: `-0 + 0` is 0.) What would hide a NaN or
 * an infinity, such as `x * 0 = 0`, is not here.
 */
import { type Argument, isView, rowMajor, sameNumbers, type View } from "./node.ts";
import type { Dtype, Op } from "./ops.ts";
import { isSplat } from "./view.ts";

/** What the operation comes to without computing: one of its arguments, a number, or undefined. */
export function simplified(op: Op, args: readonly Argument[], dtype: Dtype): View | number | undefined {
  const [a, b, c] = args;
  switch (op) {
    case "add":
      return b === 0 ? kept(a, dtype) : a === 0 ? kept(b, dtype) : undefined;
    case "sub":
      return b === 0 ? kept(a, dtype) : undefined;
    case "mul":
      return b === 1 ? kept(a, dtype) : a === 1 ? kept(b, dtype) : undefined;
    case "div":
    case "pow":
      return b === 1 ? kept(a, dtype) : undefined;
    case "copy":
      return kept(a, dtype);
    case "neg":
      return composed(a, "neg");
    case "and":
      return a === 0 || b === 0 ? 0 : isTrue(a) ? kept(b, dtype) : isTrue(b) ? kept(a, dtype) : undefined;
    case "or":
      return isTrue(a) || isTrue(b) ? 1 : a === 0 ? kept(b, dtype) : b === 0 ? kept(a, dtype) : undefined;
    case "select":
      if (typeof a === "number") return kept(a !== 0 ? b : c, dtype);
      return undefined;
    default:
      return undefined;
  }
}

/** A number that counts as true. */
function isTrue(arg: Argument | undefined): boolean {
  return typeof arg === "number" && arg !== 0;
}

/** What `inner` was taken of, where the argument is a plain view of that. */
export function composed(arg: Argument | undefined, inner: "exp" | "neg"): View | undefined {
  if (arg === undefined || !isView(arg) || arg.indirect !== undefined) return undefined;
  const { node } = arg;
  if (node.kind !== "map" || node.op !== inner) return undefined;
  const [of] = node.args;
  if (of === undefined || !isView(of) || of.node.dtype !== "float32" || of.indirect !== undefined)
    return undefined;
  return through(arg, of);
}

/** The elements of `of` that a view of a map over it points to; undefined where they are not in that order. */
export function through(view: View, of: View): View | undefined {
  if (sameNumbers(view.shape, of.shape) && view.offset === 0 && sameNumbers(view.strides, rowMajor(of.shape)))
    return of;
  return isSplat(view) && isSplat(of)
    ? { ...of, shape: view.shape, strides: view.strides.map(() => 0) }
    : undefined;
}

/** An argument as the result, where it is one of the same type. */
function kept(arg: Argument | undefined, dtype: Dtype): View | number | undefined {
  if (typeof arg === "number") return arg;
  return arg !== undefined && isView(arg) && arg.node.dtype === dtype ? arg : undefined;
}
