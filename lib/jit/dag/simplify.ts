/**
 * Algebra that changes no number, whatever it is. (Only the sign of a zero: `-0 + 0` is 0.) What would hide a NaN or
 * an infinity, such as `x * 0 = 0`, is not here.
 */
import { type Argument, isView, type View } from "./node.ts";
import type { Dtype, Op } from "./ops.ts";

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
    case "select":
      if (typeof a === "number") return kept(a !== 0 ? b : c, dtype);
      return undefined;
    default:
      return undefined;
  }
}

/** An argument as the result, where it is one of the same type. */
function kept(arg: Argument | undefined, dtype: Dtype): View | number | undefined {
  if (typeof arg === "number") return arg;
  return arg !== undefined && isView(arg) && arg.node.dtype === dtype ? arg : undefined;
}
