/**
 * Reads the manuals in a folder (its .txt files) into `manual.txt`, which the tests hold against `names.json`; says which
 * names are new there.
 *
 *     npm run names -- <folder>
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extract } from "./extract.ts";
import { fromText, toText } from "./manual-text.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("Which folder are the manuals in? npm run names -- <folder>\n");
  process.exit(1);
}
const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
const found = extract(files.sort().map((file) => readFileSync(join(folder, file), "utf8")));
const path = join(import.meta.dirname, "manual.txt");
const known = new Set(fromText(readFileSync(path, "utf8")).map(({ name }) => name));
const fresh = found.filter(({ name }) => !known.has(name));
writeFileSync(path, toText(found));
process.stdout.write(
  `${found.length} names in ${files.length} manuals, ${fresh.length} of them new.\n${toText(fresh)}`,
);
