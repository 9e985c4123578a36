import { types } from "node:util";

const width = 100;

/** The names of a module, by kind: what stands behind them would fill pages. Undefined for all that is no module. */
export function moduleText(value: unknown): string | undefined {
  if (!types.isModuleNamespaceObject(value)) return undefined;
  const names = Object.keys(value as object).filter((name) => name !== "default");
  const kinds = Map.groupBy(names, (name) => kindOf(value as Record<string, unknown>, name));
  const parts = ["classes", "functions", "modules", "values"].flatMap((kind) => {
    const own = kinds.get(kind);
    return own === undefined ? [] : wrapped(`  ${kind}: `, own);
  });
  return [`Module of ${names.length} name${names.length === 1 ? "" : "s"}`, ...parts].join("\n");
}

function kindOf(module: Readonly<Record<string, unknown>>, name: string): string {
  let value: unknown;
  try {
    value = module[name];
  } catch {
    // It is being loaded, in a circle of modules.
    return "values";
  }
  if (typeof value === "function") return /^\p{Lu}/u.test(name) ? "classes" : "functions";
  return types.isModuleNamespaceObject(value) ? "modules" : "values";
}

function wrapped(title: string, names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = title;
  for (const [i, name] of names.entries()) {
    const word = i < names.length - 1 ? `${name}, ` : name;
    if (line.length + word.trimEnd().length > width && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = "    ";
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}
