/** What the tests of pages need first: the library as scripts, and the site of the course's notebooks. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildSite } from "../../kernel/setup/observable/site.ts";
import { root } from "../../kernel/setup/paths.ts";

export default async function prepare(): Promise<void> {
  const out = join(root, "dist", "observable");
  const code = await buildSite(out, true);
  if (code !== 0 || !existsSync(join(out, "index.html"))) throw new Error(`the site was not built (${code})`);
}
