import { pyroError } from "../../lib/errors.ts";
import { checkOptions, type OptionNames } from "../../lib/options.ts";
import type { CalibrationData } from "../views/calibration.ts";
import { isNumericArray, type NumericArray, readArray } from "./numeric-array.ts";
import { listed, ResultView } from "./result-view.ts";
import { notSamples, type SiteDraws } from "./samples.ts";
import type { ShowOptions } from "./shown.ts";

/** What simulation-based calibration leaves: of each simulation, how many of `draws` draws are less than the truth. */
export interface Ranks {
  ranks: NumericArray | Readonly<Record<string, NumericArray>>;
  draws: number;
}

export interface CalibrationPlotOptions extends ShowOptions {
  title?: string;
}

const optionNames: OptionNames<CalibrationPlotOptions> = { title: true, width: true, theme: true };
const most = 6;

/**
 * Whether intervals hold what they promise: the ranks of true values among draws, and how often central intervals hold
 * the truth, with what chance allows.
 *
 * @param draws draws `[draws, ...truths]` of many numbers whose true values are known, as one array or by site; or the
 * ranks of simulation-based calibration
 * @param truth the true values, of the shape of one draw
 * @example calibrationPlot({ ranks: { mu: [12, 93], tau: [40, 7] }, draws: 99 })
 * @example calibrationPlot(new Predictive(model, { posteriorSamples }).run(x), { y })
 * @throws where there is not one draw of each truth in each row
 */
export function calibrationPlot(ranks: Ranks, options?: CalibrationPlotOptions): ResultView;
export function calibrationPlot(
  draws: NumericArray | SiteDraws,
  truth: NumericArray | SiteDraws,
  options?: CalibrationPlotOptions,
): ResultView;
export function calibrationPlot(
  input: Ranks | NumericArray | SiteDraws,
  truth: NumericArray | SiteDraws | CalibrationPlotOptions | undefined,
  more: CalibrationPlotOptions = {},
): ResultView {
  const byRank = isRanks(input);
  const options = byRank ? ((truth as CalibrationPlotOptions | undefined) ?? {}) : more;
  checkOptions("calibrationPlot", options, optionNames);
  const all = byRank ? ranked(input) : compared(input, truth as NumericArray | SiteDraws | undefined);
  const { title } = options;
  const data: CalibrationData = {
    series: all.slice(0, most),
    more: Math.max(0, all.length - most),
    ...(title !== undefined && { title }),
  };
  const names = all.map(({ name, ranks }) => (name === "" ? `${ranks.length} truths` : name));
  return new ResultView(`${title ?? "Calibration"}: ${listed(names)}`, options, (views, view) =>
    views.calibration(data, view),
  );
}

type Series = CalibrationData["series"];

function isRanks(input: unknown): input is Ranks {
  return (
    typeof input === "object" &&
    input !== null &&
    "ranks" in input &&
    typeof (input as Ranks).draws === "number"
  );
}

function ranked({ ranks, draws }: Ranks): Series {
  if (!Number.isSafeInteger(draws) || draws < 1) {
    throw pyroError({
      what: "Ranks are among a number of draws",
      where: "draws of calibrationPlot",
      expected: "a whole number >= 1",
      got: String(draws),
    });
  }
  const entries: [string, NumericArray][] = isNumericArray(ranks) ? [["", ranks]] : Object.entries(ranks);
  return entries.map(([name, values]) => {
    const own = Float64Array.from(
      readArray(`ranks of calibrationPlot${name && `, "${name}"`}`, values).values,
    );
    const odd = own.find((rank) => rank < 0 || rank > draws);
    if (odd === undefined) return { name, ranks: own, draws };
    throw pyroError({
      what: "There is a rank that cannot be",
      where: `ranks of calibrationPlot${name && `, "${name}"`}`,
      expected: `numbers from 0 to ${draws}, of ${draws} draws less than the truth`,
      got: String(odd),
    });
  });
}

function compared(draws: NumericArray | SiteDraws, truth: NumericArray | SiteDraws | undefined): Series {
  if (truth === undefined || truth === null) {
    throw pyroError({
      what: "The true values are missing",
      where: "calibrationPlot",
      expected: "calibrationPlot(draws, truth) or calibrationPlot({ ranks, draws: 99 })",
      got: "one argument",
    });
  }
  if (isNumericArray(draws)) {
    if (!isNumericArray(truth)) throw notSamples("argument truth of calibrationPlot", truth);
    return [rankAmong("", draws, truth)];
  }
  if (typeof draws !== "object" || draws === null || isNumericArray(truth))
    throw notSamples("calibrationPlot", draws);
  return Object.entries(truth).map(([site, values]) => {
    const own = draws[site];
    if (own !== undefined) return rankAmong(site, own, values);
    throw pyroError({
      what: `There are no draws of "${site}"`,
      where: "argument draws of calibrationPlot",
      expected: Object.keys(truth).join(", "),
      got: Object.keys(draws).join(", "),
    });
  });
}

const golden = 0.618_033_988_749_895;

/** How many draws are less than each truth; of equal ones a share that goes evenly through them, as chance would. */
function rankAmong(name: string, input: NumericArray, truth: NumericArray): Series[number] {
  const where = `calibrationPlot${name && `, site "${name}"`}`;
  const { shape, values } = readArray(where, input);
  const [draws = 0, ...rest] = shape;
  const truths = readArray(where, truth).values;
  const size = rest.reduce((a, b) => a * b, 1);
  if (size !== truths.length) {
    throw pyroError({
      what: "There is not one draw of each truth in each row",
      where,
      expected: `[draws, ${truths.length}]`,
      got: `[${shape.join(", ")}]`,
    });
  }
  const ranks = Float64Array.from(truths, (one, i) => {
    const value = Number(one);
    let [less, equal] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const own = Number(values[draw * size + i]);
      if (!Number.isFinite(own) || !Number.isFinite(value)) return Number.NaN;
      if (own < value) less++;
      else if (own === value) equal++;
    }
    return less + Math.floor((equal + 1) * ((i * golden) % 1));
  });
  return { name, ranks, draws };
}
