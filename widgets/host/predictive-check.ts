import { pyroError } from "../../lib/errors.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import { meanOf } from "../views/draws.ts";
import { meanAndSd } from "../views/moments.ts";
import type { PredictiveData } from "../views/predictive.ts";
import { isNumericArray, type NumericArray, readArray } from "./numeric-array.ts";
import { ResultView } from "./result-view.ts";
import { notSamples, type SiteDraws } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

/** Sums up a data set. */
export type TestStatistic = (values: Float64Array) => number;

export interface PredictiveCheckOptions extends ShowOptions {
  title?: string;
  /** Name of what is observed, with its unit. */
  label?: string;
  /** Where each observation stands: bands of the predictions are drawn along it. Without it distributions are compared. */
  x?: NumericArray;
  /** Name of that axis, with its unit. */
  xLabel?: string;
  /** Which of the sites is the predicted one (default the only one with as many numbers as are observed). */
  site?: string;
  /** Numbers that sum up a data set, by name (default mean, sd and max; `{}` for none). */
  statistics?: Readonly<Record<string, TestStatistic>>;
}

const optionNames: OptionNames<PredictiveCheckOptions> = {
  title: true,
  label: true,
  x: true,
  xLabel: true,
  site: true,
  statistics: true,
  width: true,
  theme: true,
};

const usual: Readonly<Record<string, TestStatistic>> = {
  mean: meanOf,
  sd: (values) => meanAndSd(values, 1).sd,
  max: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
};

/**
 * What a model predicts beside what was observed: bands of 50 % and 90 % of the predicted data sets over the data, and
 * numbers that sum up a data set, predicted and observed.
 *
 * @param draws predicted data sets `[draws, ...data]`, or those of several sites as `Predictive.run` gives them
 * @param observed the data, of the shape of one draw
 * @example predictiveCheck(new Predictive(model, { posteriorSamples }).run(x), y, { x, xLabel: "age (years)", label: "height (cm)" })
 * @throws where a predicted data set has not as many numbers as the observed one
 */
export function predictiveCheck(
  draws: SiteDraws | NumericArray,
  observed: NumericArray,
  options: PredictiveCheckOptions = {},
): ResultView {
  checkOptions("predictiveCheck", options, optionNames);
  const { title, label, x, xLabel, site, statistics = usual } = options;
  const seen = Float64Array.from(readArray("argument observed of predictiveCheck", observed).values);
  const [name, chosen] = isNumericArray(draws) ? ["", draws] : siteOf(draws, seen.length, site);
  const { shape, values } = readArray("argument draws of predictiveCheck", chosen);
  const [count = 0, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  if (size !== seen.length)
    throw otherSize("argument draws of predictiveCheck", `[draws, ${seen.length}]`, `[${shape.join(", ")}]`);
  const places =
    x === undefined ? undefined : Float64Array.from(readArray("option x of predictiveCheck", x).values);
  if (places !== undefined && places.length !== seen.length)
    throw otherSize("option x of predictiveCheck", String(seen.length), String(places.length));
  const rows = Array.from({ length: count }, (_, draw) =>
    Float64Array.from({ length: size }, (_, i) => Number(values[draw * size + i])),
  );
  const quantity = label ?? (name === "" ? undefined : name);
  const data: PredictiveData = {
    draws: rows,
    observed: seen,
    statistics: Object.entries(statistics).map(([key, of]) => ({
      name: key,
      draws: rows.map((row) => of(row)),
      observed: of(seen),
    })),
    ...(title !== undefined && { title }),
    ...(quantity !== undefined && { label: quantity }),
    ...(places !== undefined && { x: places }),
    ...(xLabel !== undefined && { xLabel }),
  };
  const text = `${title ?? "Predictions and data"}${name === "" ? "" : ` of ${name}`}: ${count} draws, ${seen.length} observations`;
  return new ResultView(text, options, (views, view) => views.predictive(data, view));
}

function siteOf(draws: SiteDraws, size: number, wanted: string | undefined): [string, NumericArray] {
  if (typeof draws !== "object" || draws === null)
    throw notSamples("argument draws of predictiveCheck", draws);
  const sites = Object.entries(draws).filter((entry): entry is [string, NumericArray] =>
    isNumericArray(entry[1]),
  );
  const found =
    wanted === undefined
      ? sites.filter(([, value]) => sizeOf(value) === size)
      : sites.filter(([name]) => name === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (wanted === undefined && sites.length === 1 && sites[0] !== undefined) return sites[0];
  const names = (found.length > 0 ? found : sites).map(([name]) => name).join(", ");
  throw pyroError({
    what:
      found.length > 1
        ? "Several sites have as many numbers as are observed"
        : "The predicted site is not there",
    where: "argument draws of predictiveCheck",
    expected: wanted === undefined ? `a site of ${size} numbers` : `one of ${names}`,
    got: wanted ?? names,
    // What is observed stands at the end of a model.
    try: `{ site: "${(found.at(-1) ?? sites.at(-1))?.[0] ?? "y"}" }`,
  });
}

function sizeOf(value: NumericArray): number {
  const { shape } = readArray("argument draws of predictiveCheck", value);
  return shape.slice(1).reduce((a, b) => a * b, 1);
}

function otherSize(where: string, expected: string, got: string): Error {
  return pyroError({ what: "There are not as many numbers as are observed", where, expected, got });
}
