/**
 * Parameters as text: JSON with a version, the values as base64 of little-endian float32, and a checksum of each, so
 * that a file that was cut off or changed is refused instead of believed.
 */
import { pyroError } from "../errors.ts";
import { type ConstraintJson, constraintFromJson } from "./constraint-json.ts";
import type { ParamEntry, ParamState } from "./types.ts";

const FORMAT = "tspyro-params";

export function encodeState(state: ParamState): string {
  const params = state.params.map(({ values, ...rest }) => {
    const bytes = littleEndian(values);
    return { ...rest, data: toBase64(bytes), checksum: checksum(bytes) };
  });
  return `${JSON.stringify({ format: FORMAT, version: state.version, params })}\n`;
}

/**
 * @param source the file, for errors
 * @throws PyroError if the text is not a whole, unchanged state that this version understands.
 */
export function decodeState(text: string, source: string): ParamState {
  const refuse = (got: string) =>
    pyroError({
      what: "The parameters could not be read; the parameter store is as it was",
      where: source,
      expected: "a file written by getParamStore().save(file)",
      got,
      try: "save it again, or take a copy that was not cut off or edited",
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(text === "" ? "an empty file" : `text that is not JSON (${(error as Error).message})`);
  }
  if (!isObject(json) || json.format !== FORMAT) throw refuse("JSON of another kind");
  if (json.version !== 1)
    throw refuse(`format version ${String(json.version)}; this version of tspyro reads 1`);
  if (!Array.isArray(json.params)) throw refuse("no list of parameters");
  const names = new Set<string>();
  const params = json.params.map((param: unknown): ParamEntry => {
    const entry = decodeEntry(param, refuse);
    if (names.has(entry.name)) throw refuse(`two parameters named "${entry.name}"`);
    names.add(entry.name);
    return entry;
  });
  return { version: 1, params };
}

function decodeEntry(x: unknown, refuse: (got: string) => Error): ParamEntry {
  if (!isObject(x) || typeof x.name !== "string") throw refuse("a parameter without a name");
  const { name, shape, valueShape, tags, data } = x;
  const bad = (what: string) => refuse(`parameter "${name}" ${what}`);
  if (!isShape(shape) || !isShape(valueShape)) throw bad("without a shape");
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) throw bad("without tags");
  if (typeof data !== "string" || !isObject(x.constraint)) throw bad("without values or constraint");
  const bytes = fromBase64(data);
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes?.length !== 4 * size)
    throw bad(`with ${bytes?.length ?? "unreadable"} bytes for shape [${shape}]`);
  if (checksum(bytes) !== x.checksum) throw bad("with values that were changed (wrong checksum)");
  const constraint = x.constraint as unknown as ConstraintJson;
  try {
    constraintFromJson(constraint);
  } catch {
    throw bad(`with the unknown constraint ${JSON.stringify(constraint)}`);
  }
  return { name, shape, valueShape, tags, active: x.active === true, constraint, values: floats(bytes) };
}

function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && !Array.isArray(x);
}

function isShape(x: unknown): x is number[] {
  return Array.isArray(x) && x.every((n) => Number.isInteger(n) && n >= 0);
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return bytes;
}

function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // In pieces: a call takes only so many arguments. Multiples of 3 need no padding in between.
  for (let i = 0; i < bytes.length; i += 24_576) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(i, i + 24_576))));
  }
  return pieces.join("");
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
