import { pyroError } from "../../../lib/errors.ts";

export interface Attributes {
  readonly model: string;
  readonly steps: number;
  readonly seed: number;
  /** Learning rate; undefined: the model's. */
  readonly lr: number | undefined;
  /** Steps a second, at most. */
  readonly pace: number;
}

export const DEFAULT_MODEL = "coin";

/** Seconds that training takes where nothing else is said: long enough to be watched. */
const SECONDS = 4;

/** @throws where an attribute is no number, or one that makes no sense */
export function attributesOf(element: Element): Attributes {
  const number = (
    name: string,
    otherwise: number | undefined,
    fits: (x: number) => boolean,
    what: string,
  ) => {
    const text = element.getAttribute(name);
    if (text === null) return otherwise;
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (fits(value)) return value;
    throw pyroError({
      what: `The attribute ${name} of <tspyro-demo> must be ${what}`,
      where: "<tspyro-demo>",
      got: `${name}="${text}"`,
    });
  };
  const whole = (x: number) => Number.isSafeInteger(x) && x >= 0;
  const steps = number("steps", 2000, (x) => whole(x) && x > 0, "a whole number > 0") ?? 0;
  return {
    model: element.getAttribute("model") ?? DEFAULT_MODEL,
    steps,
    seed: number("seed", 0, whole, "a whole number >= 0") ?? 0,
    lr: number("lr", undefined, (x) => x > 0 && x < Number.POSITIVE_INFINITY, "a number > 0"),
    pace: number("pace", steps / SECONDS, (x) => x > 0, "a number > 0, or Infinity") ?? 0,
  };
}
