/**
 * Data of a view as a widget's state: plain JSON, with typed arrays taken out as binary buffers and with the
 * values that JSON lacks marked. `front/decode.ts` is its inverse.
 */
export interface Encoded {
  state: unknown;
  /** Where each buffer belongs in `state`, keys and indices from the root. */
  bufferPaths: (string | number)[][];
  buffers: ArrayBufferView[];
}

export function encode(value: unknown, root: readonly (string | number)[] = []): Encoded {
  const bufferPaths: (string | number)[][] = [];
  const buffers: ArrayBufferView[] = [];
  const walk = (item: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof item === "number" && !Number.isFinite(item)) return { $number: String(item) };
    if (typeof item !== "object" || item === null) return item;
    const type = typeOf(item);
    if (type !== undefined) {
      // A copy: the array may go on changing before the message has left.
      const view = item as Uint8Array;
      buffers.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice());
      bufferPaths.push([...path, "data"]);
      return { $array: type };
    }
    if (Array.isArray(item)) {
      return item.map((element: unknown, i) =>
        element === undefined ? { $undefined: true } : walk(element, [...path, i]),
      );
    }
    const entries = Object.entries(item).filter(([, element]) => element !== undefined);
    return Object.fromEntries(entries.map(([key, element]) => [key, walk(element, [...path, key])]));
  };
  const state = walk(value, root);
  return { state, bufferPaths, buffers };
}

function typeOf(item: object): "float32" | "float64" | undefined {
  if (item instanceof Float32Array) return "float32";
  if (item instanceof Float64Array) return "float64";
  return undefined;
}
