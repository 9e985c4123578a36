import type { ImportDeclaration } from "acorn";
import { intrinsic } from "./intrinsics.ts";
import { kernelName } from "./names.ts";

interface ImportContext {
  /** Names that the cell uses: one that it does not use may be a type, and need not exist. */
  used: ReadonlySet<string>;
  rename(name: string): string;
}

/** An import declaration as the call that does the same. */
export function importText(
  { specifiers, source, attributes }: ImportDeclaration,
  { used, rename }: ImportContext,
): string {
  const options = attributes?.length
    ? intrinsic.JSON.stringify({
        with: Object.fromEntries(
          attributes.map(({ key, value }) => [key.type === "Identifier" ? key.name : key.value, value.value]),
        ),
      })
    : "undefined";
  const named: string[] = [];
  /** Whether each imported name has to exist. */
  const needed: Record<string, boolean> = {};
  let namespace: string | undefined;
  for (const one of specifiers) {
    if (one.type === "ImportNamespaceSpecifier") {
      namespace = rename(one.local.name);
      continue;
    }
    const imported =
      one.type === "ImportDefaultSpecifier"
        ? "default"
        : one.imported.type === "Identifier"
          ? one.imported.name
          : String(one.imported.value);
    named.push(`${intrinsic.JSON.stringify(imported)}: ${rename(one.local.name)}`);
    needed[imported] = used.has(one.local.name);
  }
  const load = (names: Record<string, boolean>) =>
    `await ${kernelName.load}(${source.raw ?? intrinsic.JSON.stringify(source.value)}, ${options}, ${intrinsic.JSON.stringify(names)})`;
  const lines: string[] = [];
  if (namespace !== undefined) lines.push(`let ${namespace} = ${load({})};`);
  if (named.length > 0) lines.push(`let { ${named.join(", ")} } = ${load(needed)};`);
  return lines.length > 0 ? lines.join(" ") : `${load({})};`;
}
