/** Writes the part of FEATURES.md that comes from `names.json`: `npm run features`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withFeatures } from "./features.ts";
import { names } from "./names.ts";

const path = join(import.meta.dirname, "../../../FEATURES.md");
writeFileSync(path, withFeatures(readFileSync(path, "utf8"), names));
