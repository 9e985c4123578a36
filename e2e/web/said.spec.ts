import { expect, test } from "@playwright/test";
import { hear, say } from "./said.ts";

for (const value of [
  1.1,
  Math.fround(0.1),
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  undefined,
  null,
  "NaN",
  [0, Number.NaN, Number.POSITIVE_INFINITY],
  { losses: [Number.NaN], mode: "interpreter" },
])
  test(`${say(value)} is heard as it was said`, () => expect(hear(say(value))).toEqual(value));
