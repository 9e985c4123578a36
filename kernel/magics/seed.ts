import type { Magic } from "./types.ts";

export const seed: Magic = {
  name: "seed",
  usage: "%seed N",
  summary: "Starts the library's random numbers from the whole number N, as setRngSeed(N) does.",
  async run(argument, { setSeed }) {
    const number = Number(argument);
    if (!/^\d+$/.test(argument) || !Number.isSafeInteger(number))
      throw new SyntaxError(`%seed is followed by a whole number from 0 on; got "${argument}".`);
    await setSeed(number);
    return undefined;
  },
};
