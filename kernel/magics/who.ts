import { inspect } from "node:util";
import { type Magic, noArgument } from "./types.ts";

const widest = 60;

export const who: Magic = {
  name: "who",
  usage: "%who",
  summary: "Lists the notebook's variables with their kinds and values.",
  async run(argument, { variables, say }) {
    noArgument(argument, "who");
    const found = [...(await variables())].sort(([a], [b]) => (a < b ? -1 : 1));
    if (found.length === 0) say("The notebook has no variables yet.");
    else say(columns(found.map(([name, value]) => [name, ...described(value)])));
    return undefined;
  },
};

/** Kind and value; a value may throw when it is looked at. */
function described(value: unknown): [kind: string, value: string] {
  try {
    return [kindOf(value), preview(value)];
  } catch (error) {
    return [typeof value, `(cannot be shown: ${error instanceof Error ? error.message : "it throws"})`];
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") return /^class\b/.test(sourceOf(value)) ? "class" : "function";
  if (typeof value !== "object") return typeof value;
  const maker = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor
    ?.name;
  return typeof maker === "string" && maker !== "" ? maker : "object";
}

function preview(value: unknown): string {
  if (typeof value === "function")
    return sourceOf(value)
      .replace(/\{[\s\S]*$|\s*=>[\s\S]*$/, "")
      .trim()
      .slice(0, widest);
  const options = {
    depth: 0,
    maxArrayLength: 6,
    maxStringLength: widest,
    breakLength: Number.POSITIVE_INFINITY,
  };
  const text = inspect(value, options).replace(/\s+/g, " ");
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

function sourceOf(value: unknown): string {
  return Function.prototype.toString.call(value).replace(/\s+/g, " ");
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
