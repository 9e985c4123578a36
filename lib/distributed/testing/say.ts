/** What a rank has to say to its test: in a file of its own, as the lines of several ranks on one stdout may be torn. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";

export const SAID_FOLDER = "TSPYRO_TEST_SAID";

export function say(value: Readonly<Record<string, unknown>>): void {
  const folder = process.env[SAID_FOLDER];
  const line = `${JSON.stringify(value)}\n`;
  if (folder === undefined) process.stdout.write(line);
  else appendFileSync(join(folder, `${process.pid}.jsonl`), line);
}
