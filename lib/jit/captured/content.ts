/** What plain objects and stretches of memory hold, to be compared. */

/** What each variable holds, as a list that is another when it is another. */
export type State = ReadonlyMap<string, readonly unknown[]>;

/** Stands for what nobody can see: another one at each look. */
export class Unseen {
  readonly name: string | undefined;

  /** @param name of the function that knows */
  constructor(name?: string) {
    this.name = name;
  }
}

const WHOLE_BYTES = 1 << 22;

export function isBuffer(object: object): object is ArrayBufferLike {
  const isShared = typeof SharedArrayBuffer === "function" && object instanceof SharedArrayBuffer;
  return object instanceof ArrayBuffer || isShared;
}

export function isPlain(object: unknown): object is object {
  if (typeof object !== "object" || object === null) return object === null;
  const prototype = Object.getPrototypeOf(object) as unknown;
  return prototype === Object.prototype || prototype === null || Array.isArray(object);
}

/** A number that is another for other content; of much content, of some of it. */
export function contentOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const step = Math.max(1, Math.floor(byteLength / WHOLE_BYTES));
  let [one, two] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < byteLength; i += step) {
    one = Math.imul(one ^ (bytes[i] as number), 0x01000193);
    two = Math.imul(two + (bytes[i] as number), 0x85ebca6b) ^ (two >>> 13);
  }
  return `${byteLength} ${one} ${two}`;
}

export function sameState(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, i) => Object.is(part, b[i]));
}
