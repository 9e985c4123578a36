import { dataOf, isObject } from "./reading.ts";

type Bundle = Record<string, unknown>;
type Method = () => unknown;

/**
 * How values of other kernels' worlds show themselves: IPython's `_repr_*_` (also in JavaScript libraries made for
 * Pyodide), IJavascript's `_to*`, and `toMimeBundle`.
 */
const single: readonly (readonly [method: string, mime: string])[] = [
  ["_repr_html_", "text/html"],
  ["_repr_markdown_", "text/markdown"],
  ["_repr_latex_", "text/latex"],
  ["_repr_svg_", "image/svg+xml"],
  ["_repr_png_", "image/png"],
  ["_repr_jpeg_", "image/jpeg"],
  ["_repr_json_", "application/json"],
  ["_toHtml", "text/html"],
  ["_toSvg", "image/svg+xml"],
  ["_toPng", "image/png"],
  ["_toJpeg", "image/jpeg"],
];
const whole = ["_repr_mimebundle_", "toMimeBundle", "_toMime"];

export function conventionBundle(value: object): Bundle | Promise<Bundle | undefined> | undefined {
  for (const name of whole) {
    const method = dataOf(value, name);
    if (typeof method !== "function") continue;
    const made = (method as Method).call(value);
    return made instanceof Promise ? made.then(bundleOf) : bundleOf(made);
  }
  const found: [string, unknown][] = [];
  for (const [name, mime] of single) {
    const method = dataOf(value, name);
    if (typeof method === "function") found.push([mime, (method as Method).call(value)]);
  }
  if (found.length === 0) return undefined;
  if (found.some(([, made]) => made instanceof Promise))
    return Promise.all(found.map(async ([mime, made]) => [mime, await made] as [string, unknown])).then(
      collected,
    );
  return collected(found);
}

function collected(found: readonly [string, unknown][]): Bundle | undefined {
  const bundle = Object.fromEntries(
    found
      .filter(([, made]) => made !== undefined && made !== null)
      .map(([mime, made]) => [mime, encoded(made)]),
  );
  return Object.keys(bundle).length > 0 ? bundle : undefined;
}

/** IPython's may be a pair of the bundle and its metadata. */
function bundleOf(made: unknown): Bundle | undefined {
  const bundle: unknown = Array.isArray(made) ? made[0] : made;
  if (!isObject(bundle)) return undefined;
  return Object.fromEntries(Object.entries(bundle).map(([mime, own]) => [mime, encoded(own)]));
}

function encoded(made: unknown): unknown {
  return made instanceof Uint8Array ? Buffer.from(made).toString("base64") : made;
}
