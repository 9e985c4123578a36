/** What a test and its page say to each other, as text. JSON has no word for some numbers, nor for nothing. */

const RARE: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["undefined", undefined],
]);

interface Rare {
  readonly rare: string;
}

const isRare = (value: unknown): value is Rare =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "rare";

export function say(value: unknown): string {
  return JSON.stringify(value, (_, x: unknown) =>
    x === undefined || (typeof x === "number" && !Number.isFinite(x)) ? { rare: String(x) } : x,
  );
}

export function hear(text: string): unknown {
  const heard: unknown = JSON.parse(text, (_, x: unknown) => (isRare(x) ? RARE.get(x.rare) : x));
  return heard;
}

export interface Question {
  readonly id: number;
  readonly what: string;
  readonly args: readonly unknown[];
}

export type Answer = { readonly value: unknown } | { readonly error: string };

/** The field of a page that takes questions, and what holds the answer to one of them. */
export const QUESTION = "#question";
export const answerTo = (id: number): string => `output[data-question="${id}"]`;
