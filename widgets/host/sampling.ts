import type { ChainBar, ChainsData } from "../views/chains.ts";
import { formatCount, formatNumber } from "../views/format.ts";
import { currentHost } from "./host.ts";
import { inTime, lineBundle, showLive, soFar } from "./progress.ts";
import type { LiveContent } from "./shown.ts";
import type { SamplingNews, SamplingSource } from "./sources.ts";

/** What of the draws is sent to the page at each update. */
const shownDraws = { numbers: 4, draws: 250 };

/**
 * Shows how MCMC goes: a bar for each chain with its step size, acceptance and divergences, the draws of
 * the first numbers with their densities, and buttons. It ends as one
 * line of text.
 *
 * @param onSamplingStart how to hear of runs (`onSamplingStart` of `lib/infer/mcmc/events.ts`)
 * @returns a function that ends that
 */
export function showSamplingProgress(
  onSamplingStart: (listener: (start: SamplingSource) => void) => () => void,
): () => void {
  return onSamplingStart((start) => {
    const host = currentHost();
    if (host !== undefined) showLive(samplingProgress(start), host);
  });
}

export function samplingProgress(start: SamplingSource): LiveContent {
  const { numChains, warmupSteps, numSamples, reason } = start;
  const begun = performance.now();
  let last: SamplingNews = { chains: [], rate: 0, done: false };
  let seconds = 0;
  const plain = () => samplingLine(start, last, seconds);
  return {
    view: "chains",
    controls: ["pause", "step", "stop"],
    data: (): ChainsData => ({
      chains: last.chains.map(barOf),
      ...{ numChains, warmupSteps, numSamples },
      ...(reason !== undefined && { reason }),
      ...(start.running !== undefined && { running: start.running(shownDraws) }),
    }),
    plain,
    bundle: () => Promise.resolve(lineBundle(plain())),
    subscribe: (listener) =>
      start.subscribe((news) => {
        last = { ...news, chains: news.chains.map(barOf) };
        seconds = (performance.now() - begun) / 1000;
        const step = last.chains.reduce((sum, { taken }) => sum + taken, 0);
        const { rate, left, done } = news;
        const total = numChains * (warmupSteps + numSamples);
        listener({
          run: { step, total, unit: "transitions", rate, ...(left !== undefined && { left }), done },
        });
      }),
  };
}

/** Of a chain, what is drawn: it holds all its draws besides. */
function barOf({ warmingUp, taken, total, stepSize, acceptance, divergences }: ChainBar): ChainBar {
  return { warmingUp, taken, total, stepSize, acceptance, divergences };
}

export function samplingLine(
  { numChains, warmupSteps, numSamples, reason }: Omit<SamplingSource, "subscribe">,
  { chains }: SamplingNews,
  seconds: number,
): string {
  const taken = chains.reduce((sum, chain) => sum + chain.taken, 0);
  const total = numChains * (warmupSteps + numSamples);
  const plan = `${formatCount(numChains)} chain${numChains === 1 ? "" : "s"} of ${formatCount(warmupSteps)} + ${formatCount(numSamples)}`;
  const early = taken < total ? `${soFar(taken, total, seconds)} transitions, ` : "";
  const parts = [`MCMC: ${early}${plan}${inTime(taken, seconds)}`];
  const sizes = chains.map(({ stepSize }) => stepSize).filter(Number.isFinite);
  if (sizes.length > 0) parts.push(`step size ${range(sizes)}`);
  const accepted = chains.map(({ acceptance }) => acceptance).filter(Number.isFinite);
  if (accepted.length > 0) parts.push(`acceptance ${range(accepted)}`);
  const divergences = chains.reduce((sum, chain) => sum + chain.divergences, 0);
  if (seconds > 0)
    parts.push(
      `${divergences === 0 ? "no" : formatCount(divergences)} divergence${divergences === 1 ? "" : "s"}`,
    );
  parts.push(reason === undefined ? "compiled" : `eager: ${reason}`);
  return parts.join(" · ");
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, 2));
  return low === high ? `${low}` : `${low} to ${high}`;
}
