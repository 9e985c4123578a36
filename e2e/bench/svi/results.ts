import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { readJson, writeWhole } from "../../../kernel/setup/files.ts";

const path = join(import.meta.dirname, "../results.json");

/** Puts cases into `e2e/bench/results.json`; those that were not measured now stay as they are. */
export function mergeResults(
  cases: Readonly<Record<string, object>>,
  versions: Readonly<Record<string, string>>,
): void {
  const known = (readJson(path) ?? {}) as {
    cases?: Record<string, unknown>;
    versions?: Record<string, string>;
  };
  const [{ model = "unknown" } = {}] = cpus();
  const machine = {
    processor: model.trim(),
    processors: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
  const merged = {
    cases: { ...known.cases, ...cases },
    machine,
    versions: { ...known.versions, ...versions },
  };
  writeWhole(path, `${JSON.stringify(merged, null, 2)}\n`);
}
