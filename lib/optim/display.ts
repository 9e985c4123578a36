import type { Hyper } from "./hyper.ts";

/** How a parameter is being optimised. */
export interface LookedAt {
  /** Steps taken. */
  readonly step: number;
  /** The rate that the next step uses. */
  readonly lr: number;
  /** Euclidean norm of the last gradient; undefined where the last step kept none (compiled ones do not). */
  readonly gradNorm: number | undefined;
}

/** What an optimizer shows of one parameter. */
export interface ShownParam extends LookedAt {
  readonly name: string;
  readonly optimizer: string;
  readonly hyper: Hyper;
  /** Whether the state still waits for its parameter. */
  readonly pending: boolean;
}

/** More parameters than this are counted, not listed. */
const LISTED = 50;
const HEADINGS = ["parameter", "steps", "rate", "gradient norm", "optimizer"];

/** An optimizer's parameters as MIME types. */
export function optimizerDisplay(title: string, params: readonly ShownParam[]): Record<string, string> {
  const rows = params.slice(0, LISTED).map(cells);
  const count = `${params.length} parameter${params.length === 1 ? "" : "s"}`;
  const more = params.length > LISTED ? `and ${params.length - LISTED} more` : undefined;
  return {
    "text/plain": [`${title}: ${count}`, ...aligned(rows), ...(more === undefined ? [] : [more])].join("\n"),
    "text/html": asHtml(`${title}: ${count}`, rows, more),
  };
}

function cells({ name, optimizer, hyper, step, lr, gradNorm, pending }: ShownParam): string[] {
  const args = Object.entries(hyper).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const steps = pending ? `${step} (not seen yet)` : String(step);
  return [
    name.replaceAll("$$$", "."),
    steps,
    String(Number(lr.toPrecision(4))),
    gradNorm === undefined ? "" : String(Number(gradNorm.toPrecision(4))),
    `${optimizer}({ ${args.join(", ")} })`,
  ];
}

function aligned(rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function asHtml(title: string, rows: readonly string[][], more: string | undefined): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag} style="text-align:left">${escaped(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => row("td", cells)).join("");
  const table = rows.length === 0 ? "" : `<thead>${row("th", HEADINGS)}</thead><tbody>${body}</tbody>`;
  const note = more === undefined ? "" : `<p>${escaped(more)}</p>`;
  return `<table><caption style="text-align:left">${escaped(title)}</caption>${table}</table>${note}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
