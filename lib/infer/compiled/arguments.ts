/**
 * What of a step's arguments is part of its program: everything but the numbers in tensors that are given anew at
 * each step. Arguments of another form (a smaller last batch, another number) are another program's.
 */
import * as tf from "@tensorflow/tfjs-core";

type Form =
  | { readonly kind: "tensor"; readonly shape: readonly number[]; readonly dtype: tf.DataType }
  | { readonly kind: "numbers"; readonly values: ArrayLike<unknown> }
  | { readonly kind: "list"; readonly items: readonly Form[] }
  | { readonly kind: "record"; readonly keys: readonly string[]; readonly items: readonly Form[] }
  | { readonly kind: "same"; readonly value: unknown };

/** Numbers are copied: the caller may write others into the same array. */
export function formOf(x: unknown): Form {
  if (x instanceof tf.Tensor) return { kind: "tensor", shape: x.shape, dtype: x.dtype };
  if (ArrayBuffer.isView(x))
    return { kind: "numbers", values: Array.from(x as unknown as ArrayLike<unknown>) };
  if (Array.isArray(x)) return { kind: "list", items: x.map(innerForm) };
  if (isPlain(x)) return { kind: "record", keys: Object.keys(x), items: Object.values(x).map(innerForm) };
  return { kind: "same", value: x };
}

/** Tensors inside of lists and objects are constants of the program. */
function innerForm(x: unknown): Form {
  return x instanceof tf.Tensor ? { kind: "same", value: x } : formOf(x);
}

/** Whether an argument is of this form. */
export function hasForm(x: unknown, form: Form): boolean {
  switch (form.kind) {
    case "tensor":
      return x instanceof tf.Tensor && x.dtype === form.dtype && equal(x.shape, form.shape);
    case "numbers":
      return ArrayBuffer.isView(x) && equal(x as unknown as ArrayLike<unknown>, form.values);
    case "list":
      return (
        Array.isArray(x) && x.length === form.items.length && form.items.every((one, i) => hasForm(x[i], one))
      );
    case "record": {
      if (!isPlain(x)) return false;
      const values = Object.values(x);
      return equal(Object.keys(x), form.keys) && form.items.every((one, i) => hasForm(values[i], one));
    }
    case "same":
      return Object.is(x, form.value);
    default:
      return form satisfies never;
  }
}

/** Whether an argument is told by its identity alone, whatever is inside of it. */
export function isOpaque(x: unknown): boolean {
  return typeof x === "object" && x !== null && !(x instanceof tf.Tensor) && formOf(x).kind === "same";
}

export type { Form };

function equal(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function isPlain(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}
