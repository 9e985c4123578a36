import { Poutine } from "./poutine.ts";

/** What a call of a program lacks, in words; undefined where it has an argument for each parameter. */
export function missingArguments(program: unknown, args: readonly unknown[]): string | undefined {
  const names = parametersOf(program);
  const missing = names.flatMap((name, i) => (args[i] === undefined ? [name] : []));
  if (missing.length === 0) return undefined;
  const given = `${args.length} argument${args.length === 1 ? "" : "s"}`;
  return `the program takes (${names.join(", ")}) and was called with ${given}, without ${missing.join(", ")}`;
}

/** Names of a function's parameters without defaults; of one that is handled, those of the function itself. */
function parametersOf(program: unknown): string[] {
  let inner = program;
  while (inner instanceof Poutine && inner.fn !== null) inner = inner.fn;
  const source = String(inner);
  const [, alone] = /^(?:async\s*)?([\w$]+)\s*=>/.exec(source) ?? [];
  if (alone !== undefined) return [alone];
  const open = source.indexOf("(");
  const names: string[] = [];
  let [depth, from] = [0, open + 1];
  for (let at = open + 1; open >= 0 && at < source.length; at++) {
    const sign = source[at] as string;
    if (depth === 0 && (sign === "," || sign === ")")) {
      const text = source.slice(from, at).trim();
      if (/^[\w$]+$/.test(text)) names.push(text);
      else if (text !== "") names.push(text.startsWith("...") ? text : "…");
      if (sign === ")") break;
      from = at + 1;
    } else if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
  }
  return names.filter((name) => name !== "…" && !name.startsWith("..."));
}
