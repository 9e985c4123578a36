import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { buildBrowser } from "./build.ts";

/** The names that a notebook in a page has in scope: what the script for it exports, which is built where it is not there. */
export async function namesOf(root: string): Promise<ReadonlySet<string>> {
  const script = join(root, "dist", "browser", "tspyro-notebook.js");
  if (!existsSync(script)) await buildBrowser(root);
  const { body } = parse(readFileSync(script, "utf8"), { ecmaVersion: "latest", sourceType: "module" });
  return new Set(
    body.flatMap((statement) =>
      statement.type === "ExportNamedDeclaration"
        ? statement.specifiers.flatMap(({ exported }) =>
            exported.type === "Identifier" ? [exported.name] : [],
          )
        : [],
    ),
  );
}
