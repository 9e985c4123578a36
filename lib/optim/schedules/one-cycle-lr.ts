import { pyroError } from "../../errors.ts";
import { type ArgSpec, flag, nonNegative, positive } from "../hyper.ts";
import { oneOf, optional, required, type ScheduleRule, whole } from "./schedule.ts";

export type OneCycleLRArgs = {
  /** Largest rate; the optimizer's own is not used. */
  maxLr: number;
  /** Length of the cycle; or give `epochs` and `stepsPerEpoch`. */
  totalSteps: number | undefined;
  epochs: number | undefined;
  stepsPerEpoch: number | undefined;
  /** Share of the steps in which the rate rises. */
  pctStart: number;
  annealStrategy: "cos" | "linear";
  /** Move the momentum against the rate, between `baseMomentum` and `maxMomentum`. */
  cycleMomentum: boolean;
  baseMomentum: number;
  maxMomentum: number;
  /** The first rate is maxLr / divFactor. */
  divFactor: number;
  /** The last rate is the first one / finalDivFactor. */
  finalDivFactor: number;
  /** Fall as long as the rise took, then on to the last rate. */
  threePhase: boolean;
};

const share: ArgSpec<number> = {
  initial: 0.3,
  must: "a number in [0, 1]",
  accepts: (v): v is number => typeof v === "number" && v >= 0 && v <= 1,
};

/** One rise and one fall of the rate (Smith and Topin 2018, https://arxiv.org/abs/1708.07120). */
export const oneCycleLR: ScheduleRule<OneCycleLRArgs> = {
  name: "OneCycleLR",
  args: {
    maxLr: required(nonNegative(0)),
    totalSteps: optional(whole(1)),
    epochs: optional(whole(1)),
    stepsPerEpoch: optional(whole(1)),
    pctStart: share,
    annealStrategy: oneOf("cos", "linear"),
    cycleMomentum: flag(true),
    baseMomentum: nonNegative(0.85),
    maxMomentum: nonNegative(0.95),
    divFactor: positive(25),
    finalDivFactor: positive(1e4),
    threePhase: flag(false),
  },
  conflict: (args) =>
    Number.isNaN(lengthOf(args)) ? "give totalSteps, or epochs and stepsPerEpoch" : undefined,
  cyclesMomentum: ({ cycleMomentum }) => cycleMomentum,
  at({ args, epoch }) {
    const total = lengthOf(args);
    if (epoch > total) {
      throw pyroError({
        what: "The one cycle is over",
        where: "OneCycleLR",
        expected: `at most ${total} steps`,
        got: `step ${epoch}`,
        try: "give a larger totalSteps",
      });
    }
    const { from, to, portion } = phaseAt(args, total, Math.min(epoch, total - 1));
    const between = args.annealStrategy === "cos" ? cosine : linear;
    const lr = between(rateAt(args, from), rateAt(args, to), portion);
    if (!args.cycleMomentum) return { lr };
    const momentum = (corner: Corner) => (corner === "top" ? args.baseMomentum : args.maxMomentum);
    return { lr, momentum: between(momentum(from), momentum(to), portion) };
  },
};

type Corner = "first" | "top" | "last";

function lengthOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLRArgs): number {
  return totalSteps ?? (epochs ?? Number.NaN) * (stepsPerEpoch ?? Number.NaN);
}

function rateAt({ maxLr, divFactor, finalDivFactor }: OneCycleLRArgs, corner: Corner): number {
  if (corner === "top") return maxLr;
  return corner === "first" ? maxLr / divFactor : maxLr / divFactor / finalDivFactor;
}

/** The two corners that an epoch lies between, and how far it is from the first of them. */
function phaseAt({ pctStart, threePhase }: OneCycleLRArgs, total: number, epoch: number) {
  const top = pctStart * total - 1;
  const ends: readonly [Corner, number][] = threePhase
    ? [
        ["first", 0],
        ["top", top],
        ["first", 2 * pctStart * total - 2],
        ["last", total - 1],
      ]
    : [
        ["first", 0],
        ["top", top],
        ["last", total - 1],
      ];
  let [from, start] = ends[0] ?? ["first", 0];
  for (const [to, end] of ends.slice(1)) {
    if (epoch <= end) return { from, to, portion: end === start ? 1 : (epoch - start) / (end - start) };
    [from, start] = [to, end];
  }
  return { from, to: from, portion: 1 };
}

function cosine(a: number, b: number, portion: number): number {
  return b + ((a - b) * (1 + Math.cos(Math.PI * portion))) / 2;
}

function linear(a: number, b: number, portion: number): number {
  return a + (b - a) * portion;
}
