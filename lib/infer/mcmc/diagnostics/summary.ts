import { pyroError } from "../../../errors.ts";
import { type Chains, meanOf, quantileOf, sorted, varianceOf } from "./chains.ts";
import { essBulk, essTail } from "./effective-sample-size.ts";
import { splitRHat } from "./r-hat.ts";

/** What the draws of one number say. */
export interface SummaryRow {
  readonly mean: number;
  readonly sd: number;
  readonly median: number;
  /** Ends of the central interval. */
  readonly lower: number;
  readonly upper: number;
  readonly rHat: number;
  readonly essBulk: number;
  readonly essTail: number;
}

const COLUMNS = ["mean", "sd", "median", "lower", "upper", "essBulk", "essTail", "rHat"] as const;
/** Above it chains have not found the same distribution yet. Source: Vehtari et al. (2021), section 4. */
const DOUBTFUL = 1.01;

/**
 * A table of what was drawn, a row for each number. Shows itself as a table.
 *
 * @example mcmc.summary().rows.mu.rHat
 */
export class Summary {
  /** By the name of the number: `mu`, or `theta[0]` of a site of several. */
  readonly rows: Readonly<Record<string, SummaryRow>>;
  /** Share of the draws between `lower` and `upper`. */
  readonly prob: number;
  /** Divergent transitions after warm-up. */
  readonly divergences: number;

  /** @param draws of each number by chain */
  constructor(draws: ReadonlyMap<string, Chains>, prob: number, divergences: number) {
    if (!(prob > 0 && prob < 1)) {
      throw pyroError({
        what: "An interval holds a share of the draws",
        where: "option prob of summary",
        expected: "a number between 0 and 1, such as 0.9",
        got: String(prob),
      });
    }
    this.rows = Object.fromEntries(Array.from(draws, ([name, chains]) => [name, rowOf(chains, prob)]));
    this.prob = prob;
    this.divergences = divergences;
  }

  toString(): string {
    const cells = [this.#heads(), ...this.#table()];
    const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => (row[i] ?? "").length)));
    const lines = cells.map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  "),
    );
    return [...lines, ...this.#remarks()].join("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const cell = (tag: string, text: string, style: string) =>
      `<${tag} style="${style}">${escaped(text)}</${tag}>`;
    const [left, right] = ["text-align:left", "text-align:right"];
    const heads = this.#heads().map((text, i) => cell("th", text, i === 0 ? left : right));
    const rows = this.#table().map(
      ([name = "", ...rest]) =>
        `<tr>${cell("th", name, left)}${rest.map((text, i) => cell("td", text, rest.length - 1 === i && Number(text) > DOUBTFUL ? `${right};font-weight:bold` : right)).join("")}</tr>`,
    );
    const remarks = this.#remarks().map((text) => `<p>${escaped(text)}</p>`);
    return {
      "text/plain": this.toString(),
      "text/html": `<table><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>${remarks.join("")}`,
    };
  }

  #heads(): string[] {
    const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
    const [low, high] = [(1 - this.prob) / 2, (1 + this.prob) / 2];
    return ["", "mean", "sd", "median", percent(low), percent(high), "ESS bulk", "ESS tail", "R-hat"];
  }

  #table(): string[][] {
    return Object.entries(this.rows).map(([name, row]) => [
      name,
      ...COLUMNS.map((column) => {
        const x = row[column];
        if (column === "rHat") return x.toFixed(3);
        return column.startsWith("ess") ? x.toFixed(0) : short(x);
      }),
    ]);
  }

  #remarks(): string[] {
    const doubtful = Object.entries(this.rows).filter(([, { rHat }]) => rHat > DOUBTFUL);
    return [
      ...(doubtful.length > 0
        ? [
            `R-hat is above ${DOUBTFUL} for ${doubtful.length} of ${Object.keys(this.rows).length}: the chains have not ` +
              "found the same distribution yet. Draw more, or look at the model.",
          ]
        : []),
      ...(this.divergences > 0
        ? [
            `${this.divergences} divergent ${this.divergences === 1 ? "transition" : "transitions"}: there are places that ` +
              "the chains could not enter. Try a higher targetAcceptProb, or another parameterisation.",
          ]
        : []),
    ];
  }
}

function rowOf(chains: Chains, prob: number): SummaryRow {
  const ordered = sorted(chains);
  return {
    mean: meanOf(ordered),
    sd: Math.sqrt(varianceOf(ordered)),
    median: quantileOf(ordered, 0.5),
    lower: quantileOf(ordered, (1 - prob) / 2),
    upper: quantileOf(ordered, (1 + prob) / 2),
    rHat: splitRHat(chains),
    essBulk: essBulk(chains),
    essTail: essTail(chains),
  };
}

function short(x: number): string {
  return Math.abs(x) >= 1e5 || (x !== 0 && Math.abs(x) < 1e-3)
    ? x.toExponential(2)
    : x.toFixed(Math.abs(x) < 10 ? 3 : 2);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
