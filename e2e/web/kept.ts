/** What a notebook of the course printed when it was saved, and whether a page prints the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Output {
  readonly output_type: string;
  readonly text?: string | readonly string[];
}

const notebooks = join(import.meta.dirname, "..", "..", "notebooks");
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Lines of `console.log` in the saved notebook. */
export function keptLines(name: string): string[] {
  const { cells } = JSON.parse(readFileSync(join(notebooks, `${name}.ipynb`), "utf8")) as {
    cells: readonly { outputs?: readonly Output[] }[];
  };
  const texts = cells
    .flatMap(({ outputs = [] }) => outputs)
    .filter(({ output_type }) => output_type === "stream")
    .map(({ text = "" }) => (typeof text === "string" ? text : text.join("")));
  return linesOf(texts.join("\n"));
}

const words = (line: string): string => line.replace(NUMBER, "#");

/** Two units of the last digit that is printed: what a last bit of a logarithm may come to. */
function near(kept: string, shown: string): boolean {
  const unit = 10 ** -(kept.split(".")[1]?.length ?? 0);
  return Math.abs(Number(kept) - Number(shown)) <= 2 * unit + 1e-9;
}

/**
 * Lines of the notebook that the page does not print.
 * @param texts what the page printed
 * @param chaotic whether numbers may be others: chains of NUTS part ways over a last bit
 */
export function missingLines(name: string, texts: readonly string[], chaotic: boolean): string[] {
  const left = linesOf(texts.join("\n"));
  return keptLines(name).filter((line) => {
    const numbers = line.match(NUMBER) ?? [];
    const at = left.findIndex((shown) => {
      if (words(shown) !== words(line)) return false;
      const found = shown.match(NUMBER) ?? [];
      return chaotic || numbers.every((number, i) => near(number, found[i] ?? ""));
    });
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}
