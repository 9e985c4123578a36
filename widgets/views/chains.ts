import { formatCount, formatNumber, formatSteady } from "./format.ts";
import { drawRunning, type RunningData, runningHeight, runningInWords } from "./running-draws.ts";
import { type Attributes, dress, svgElement, type ViewOptions } from "./svg.ts";
import { themeOf } from "./theme.ts";

/** How one chain of a sampling run stands. */
export interface ChainBar {
  warmingUp: boolean;
  /** Transitions so far and in all, those of warm-up included. */
  taken: number;
  total: number;
  stepSize: number;
  /** Mean acceptance of the draws; NaN before the first. */
  acceptance: number;
  divergences: number;
}

export interface ChainsData {
  /** Those that have begun. */
  chains: readonly ChainBar[];
  numChains: number;
  warmupSteps: number;
  numSamples: number;
  /** Why the log-density is not compiled. */
  reason?: string;
  /** Some draws of some numbers. */
  running?: RunningData;
}

const rowHeight = 24;
const top = 58;
/** More chains than this are counted, not drawn. */
const most = 16;

/**
 * A bar for each chain of MCMC, with its step size, acceptance and divergences; below, the draws of some numbers so far.
 */
export function chains(data: ChainsData, { document, theme: themeName, width = 680 }: ViewOptions): Element {
  const theme = themeOf(themeName);
  const { numChains, warmupSteps, numSamples } = data;
  const shown = Math.min(most, numChains);
  const rows = shown + (numChains > most ? 1 : 0);
  const below = top + 22 + rows * rowHeight + 6;
  const height = below + (data.running === undefined ? 0 : runningHeight(data.running));
  const svg = svgElement(document, "svg", {});
  const small: Attributes = { "font-size": 12, "text-anchor": "start", fill: theme.text };
  const text = (x: number, y: number, content: string, look: Attributes = {}) =>
    svg.appendChild(svgElement(document, "text", { ...small, x, y, ...look }, content));
  const bar = { x: 76, width: Math.max(60, width - 76 - 336) };
  const columns = [12, 90, 172, 252].map((x) => bar.x + bar.width + x);
  ["state", "step size", "accepted", "divergent"].forEach((heading, i) => {
    text(columns[i] ?? 0, top + 12, heading, { "font-weight": 600, fill: theme.muted });
  });
  const share = warmupSteps / Math.max(1, warmupSteps + numSamples);
  for (let i = 0; i < shown; i++) {
    const chain = data.chains[i];
    const base = top + 22 + i * rowHeight;
    text(16, base + 15, `chain ${i + 1}`);
    const track = { x: bar.x, y: base + 6, height: 10, rx: 5 };
    svg.appendChild(svgElement(document, "rect", { ...track, width: bar.width, fill: theme.grid }));
    if (chain === undefined) {
      text(columns[0] ?? 0, base + 15, "waiting", { fill: theme.muted });
      continue;
    }
    const done = Math.min(1, chain.taken / Math.max(1, chain.total));
    const filled = Math.round(10 * bar.width * done) / 10;
    const fill = chain.warmingUp ? theme.palette[1] : theme.accent;
    svg.appendChild(svgElement(document, "rect", { ...track, width: filled, fill }));
    if (share > 0 && share < 1) {
      const x = Math.round(10 * (bar.x + bar.width * share)) / 10;
      const mark = { x1: x, x2: x, y1: base + 3, y2: base + 19, stroke: theme.muted };
      svg.appendChild(svgElement(document, "line", mark));
    }
    text(columns[0] ?? 0, base + 15, stateOf(chain));
    text(columns[1] ?? 0, base + 15, formatSteady(chain.stepSize, 3));
    text(columns[2] ?? 0, base + 15, acceptanceOf(chain));
    const bad = chain.divergences > 0;
    const look = { fill: bad ? theme.danger : theme.text, "font-weight": bad ? 600 : 400 };
    text(columns[3] ?? 0, base + 15, formatCount(chain.divergences), look);
  }
  if (numChains > most) {
    const y = top + 22 + shown * rowHeight + 15;
    text(16, y, `and ${formatCount(numChains - most)} more`, { fill: theme.muted });
  }
  if (data.running !== undefined)
    drawRunning(svg, document, theme, data.running, { y: below, width, draws: numSamples });
  return dress(svg, document, {
    theme,
    width,
    height,
    title: `MCMC: ${formatCount(numChains)} chain${numChains === 1 ? "" : "s"}`,
    subtitle: `${formatCount(warmupSteps)} transitions of warm-up, ${formatCount(numSamples)} draws each`,
    description: [
      ...(data.chains.length === 0 ? ["No chain has begun."] : data.chains.map(inWords)),
      ...(data.running === undefined || data.running.numbers.length === 0
        ? []
        : [runningInWords(data.running)]),
    ].join(" "),
  });
}

function stateOf({ warmingUp, taken, total }: ChainBar): string {
  if (taken >= total) return "done";
  return warmingUp ? "warm-up" : "drawing";
}

function acceptanceOf({ acceptance }: ChainBar): string {
  return Number.isFinite(acceptance) ? formatNumber(acceptance, 2) : "–";
}

function inWords(chain: ChainBar, index: number): string {
  const { taken, total, stepSize, divergences } = chain;
  const facts = [
    `${formatCount(taken)} of ${formatCount(total)} transitions, ${stateOf(chain)}`,
    `step size ${formatNumber(stepSize, 3)}`,
    ...(Number.isFinite(chain.acceptance) ? [`acceptance ${acceptanceOf(chain)}`] : []),
    `${formatCount(divergences)} divergence${divergences === 1 ? "" : "s"}`,
  ];
  return `Chain ${index + 1}: ${facts.join(", ")}.`;
}
