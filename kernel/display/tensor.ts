import { inspect } from "node:util";
import { cut, escapeHtml } from "./escape.ts";
import { type Numbers, numbersHtml } from "./numbers.ts";
import { dataOf, isObject } from "./reading.ts";
import { statisticsOf, statisticsParts } from "./statistics.ts";
import { page } from "./style.ts";

/** A tensor of tfjs, whatever copy of it: known by what it can do. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  /** Of variables. */
  readonly name?: string;
  readonly trainable?: boolean;
  arraySync(): unknown;
  dataSync(): ArrayLike<number>;
  toString(): string;
}

/** More numbers than this are shown as tfjs does, with an ellipsis. */
const many = 200;

export function isTensor(value: unknown): value is TensorLike {
  return (
    isObject(value) &&
    Array.isArray(dataOf(value, "shape")) &&
    typeof dataOf(value, "dtype") === "string" &&
    typeof dataOf(value, "dataSync") === "function" &&
    typeof dataOf(value, "arraySync") === "function"
  );
}

export function tensorText(tensor: TensorLike): string {
  const { shape, size, isDisposed } = tensor;
  const head = headOf(tensor);
  if (isDisposed) return `${head} (disposed)`;
  if (size > many) return `${head}${statisticsText(tensor)}\n${bodyOf(tensor)}`;
  const text = bodyOf(tensor);
  return shape.length < 2 && !text.includes("\n") ? `${head} ${text}` : `${head}\n${text}`;
}

/** Shape, statistics, a heat strip, and the numbers to unfold; undefined where one line says all. */
export function tensorHtml(tensor: TensorLike): string | undefined {
  const { shape, size, isDisposed } = tensor;
  const head = headOf(tensor);
  if (isDisposed) return page(`<b>${escapeHtml(head)}</b> <span class="m">disposed</span>`);
  if (size < 2) return undefined;
  const text = bodyOf(tensor);
  if (isNumeric(tensor)) {
    const numbers: Numbers = { title: head, shape, values: tensor.dataSync(), text };
    return numbersHtml(numbers);
  }
  return page(
    `<details open><summary><b>${escapeHtml(head)}</b></summary><pre>${escapeHtml(text)}</pre></details>`,
  );
}

const isNumeric = ({ dtype }: TensorLike) => /^(float|int|bool)/.test(dtype);

function headOf({ dtype, shape, name, trainable }: TensorLike): string {
  const kind = trainable === undefined ? "Tensor" : `Variable ${JSON.stringify(cut(name ?? "", 80))}`;
  return `${kind} ${dtype}${shape.length === 0 ? "" : ` [${shape.join(", ")}]`}`;
}

function statisticsText(tensor: TensorLike): string {
  if (!isNumeric(tensor) || tensor.size > 2 ** 22) return "";
  const parts = statisticsParts(statisticsOf(tensor.dataSync()));
  return parts.map(([name, text]) => `, ${name} ${text}`).join("");
}

function bodyOf(tensor: TensorLike): string {
  if (tensor.size > many)
    return tensor
      .toString()
      .replace(/^Tensor\n\s*/, "")
      .replace(/^ {4}/gm, "");
  return inspect(rounded(tensor.arraySync()), { depth: 10, breakLength: 100, maxArrayLength: many });
}

/** float32 has about seven digits: 0.1 and not 0.10000000149011612. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
}
