import { inspect } from "node:util";

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  arraySync(): unknown;
  slice?(begin: readonly number[], size: readonly number[]): TensorLike;
  toString(): string;
}

/** More numbers than this are shown as tfjs does, with an ellipsis. */
const many = 200;

/** Tensors in outputs: kind, shape and numbers, instead of the fields of an object. */
export function installTensorText(pyro: Readonly<Record<string, unknown>>): void {
  const tf = pyro.tf as { Tensor?: { prototype: object } } | undefined;
  const prototype = tf?.Tensor?.prototype;
  if (prototype === undefined) return;
  Object.defineProperty(prototype, inspect.custom, {
    value(this: TensorLike) {
      return tensorText(this);
    },
    configurable: true,
    writable: true,
  });
}

export function tensorText(tensor: TensorLike): string {
  const { dtype, shape, size, isDisposed } = tensor;
  const head = `${dtype}${shape.length === 0 ? "" : ` [${shape.join(", ")}]`}`;
  if (isDisposed) return `Tensor ${head} (disposed)`;
  if (size > many) return `Tensor ${head}\n${tensor.toString().replace(/^Tensor\n\s*/, "")}`;
  const values = round(tensor.arraySync());
  const text = inspect(values, { depth: 10, breakLength: 100, maxArrayLength: many });
  return shape.length < 2 && !text.includes("\n") ? `Tensor ${head} ${text}` : `Tensor ${head}\n${text}`;
}

/** float32 has about seven digits: 0.1 and not 0.10000000149011612. */
function round(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(round);
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
}
