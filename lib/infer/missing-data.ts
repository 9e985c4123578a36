import { Poutine } from "../poutine/poutine.ts";
import type { Program } from "./program.ts";

/** Why a site that was to be observed has no data, as far as the call of the model tells. */
export function whyNoData<A extends unknown[]>(model: Program<A>, args: A): string {
  const names = parametersOf(model);
  const missing = names.flatMap((name, i) => (args[i] === undefined ? [name] : []));
  const told = `its obs is undefined`;
  if (missing.length === 0) return told;
  const given = `${args.length} argument${args.length === 1 ? "" : "s"}`;
  return `${told}: the model takes (${names.join(", ")}) and was called with ${given}, without ${missing.join(", ")}`;
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
