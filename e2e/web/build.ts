/** What the tests of pages need first: the library as scripts. */
import { join } from "node:path";
import { buildBrowser } from "../../kernel/setup/browser/build.ts";

export default async function prepare(): Promise<void> {
  await buildBrowser(join(import.meta.dirname, "..", ".."));
}
