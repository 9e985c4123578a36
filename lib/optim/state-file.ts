import { pyroError } from "../errors.ts";
import { readFileText, writeFileAtomic } from "../params/file.ts";
import type { OptimState, PlainTensor } from "./state.ts";

/**
 * An optimizer's state as text: JSON with a version and a checksum of its body; values as base64 of
 * little-endian float32. A file that was cut short, edited or written by something else is refused.
 */
const FORMAT = "tspyro-optim";
const VERSION = 1;

/** A state as JSON. */
export function stateText(state: OptimState): string {
  return JSON.stringify(state, (_, value: unknown) =>
    value instanceof Float32Array ? { float32: toBase64(value) } : value,
  );
}

/** What `stateText` wrote. */
export function stateOfText(text: string): OptimState {
  return JSON.parse(text, (_, value: unknown) => {
    const encoded = (value as { float32?: unknown } | null)?.float32;
    return typeof encoded === "string" ? fromBase64(encoded) : value;
  }) as OptimState;
}

export function writeOptimFile(file: string, optimizer: string, state: OptimState): void {
  const body = stateText(state);
  const header = { format: FORMAT, version: VERSION, optimizer, checksum: checksum(body) };
  writeFileAtomic(file, JSON.stringify({ ...header, body }));
}

/** @throws where the file is not a whole state of this optimizer, naming the file */
export function readOptimFile(file: string, optimizer: string): OptimState {
  const text = readFileText(file);
  const refuse = (got: string) =>
    pyroError({
      what: "The optimizer's state could not be read; nothing was changed",
      where: file,
      expected: `a file written by the save(file) of ${optimizer}`,
      got,
      try: "save it again, or take a copy that was not cut short or edited",
    });
  const json = parsed(text);
  if (json === undefined) throw refuse(text === "" ? "an empty file" : "text that is not whole JSON");
  if (json.format !== FORMAT) throw refuse("JSON of another kind");
  if (json.version !== VERSION)
    throw refuse(`format version ${String(json.version)}; this version reads ${VERSION}`);
  if (json.optimizer !== optimizer) throw refuse(`the state of ${String(json.optimizer)}`);
  if (typeof json.body !== "string" || checksum(json.body) !== json.checksum) {
    throw refuse("values that were changed (wrong checksum)");
  }
  return stateOfText(json.body);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function toBase64(values: PlainTensor["values"]): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  // In pieces: a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function fromBase64(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

/** FNV-1a, 32 bits, of the UTF-16 code units. */
function checksum(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
