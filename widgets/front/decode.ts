/**
 * A widget's state back as the data of a view: the inverse of `host/encode.ts`. The front end has put the
 * binary buffers in their places as DataViews.
 */
export function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const record = value as Record<string, unknown>;
  if (typeof record.$number === "string") return Number(record.$number);
  if (record.$undefined === true) return undefined;
  if (typeof record.$array === "string") return decodeArray(record.$array, record.data);
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, decode(item)]));
}

function decodeArray(type: string, data: unknown): Float32Array | Float64Array {
  const Type = type === "float64" ? Float64Array : Float32Array;
  if (!ArrayBuffer.isView(data)) return new Type();
  // A copy, because the bytes need not lie at a multiple of the element size.
  const bytes = new Uint8Array(data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return new Type(bytes.buffer);
}
