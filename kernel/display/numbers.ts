import { types } from "node:util";
import { escapeHtml, formatCount } from "./escape.ts";
import { heatOf, pngUrl } from "./heat.ts";
import { statisticsOf, statisticsParts } from "./statistics.ts";
import { page } from "./style.ts";

/** Many numbers with their shape: a tensor, a typed array. */
export interface Numbers {
  /** What they are: `Tensor float32 [3, 4]`. */
  readonly title: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** The numbers themselves, as text. */
  readonly text: string;
}

/** Of more numbers than this the first ones are looked at. */
const most = 2 ** 24;

/** Title, statistics, a picture, and the numbers to unfold. */
export function numbersHtml({ title, shape, values, text }: Numbers): string {
  const all = values.length <= most;
  const seen = all ? values : firstOf(values, most);
  const statistics = statisticsOf(seen);
  const parts = statisticsParts(statistics).map(
    ([name, own]) => `<span class="m">${name}</span> ${escapeHtml(own)}`,
  );
  if (!all) parts.push(`<span class="m">of the first ${formatCount(most)}</span>`);
  const heat = all && statistics.finite > 0 ? heatOf(values, shape, statistics) : undefined;
  const picture =
    heat === undefined
      ? ""
      : `<img src="${pngUrl(heat.png)}" width="${heat.width}" height="${heat.height}" alt="${heat.caption}" title="${heat.caption}">`;
  const open = values.length <= 20 ? " open" : "";
  return page(
    `<div><b>${escapeHtml(title)}</b> &nbsp;${parts.join(" &nbsp;")}</div>${picture}` +
      `<details${open}><summary class="m">values</summary><pre>${escapeHtml(text)}</pre></details>`,
  );
}

function firstOf(values: ArrayLike<number>, count: number): ArrayLike<number> {
  return types.isTypedArray(values)
    ? (values as Float32Array).subarray(0, count)
    : Array.from(values).slice(0, count);
}

/** A typed array of numbers that is long enough for a picture. */
export function typedArrayNumbers(value: unknown, text: string): Numbers | undefined {
  if (!types.isTypedArray(value) || Buffer.isBuffer(value)) return undefined;
  if (types.isBigInt64Array(value) || types.isBigUint64Array(value) || value.length < 8) return undefined;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return { title: `${name}(${formatCount(value.length)})`, shape: [value.length], values: value, text };
}
