import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../kernel/setup/paths.ts";
import type { SviCase } from "../svi/case.ts";
import type { Fixed } from "../svi/fixed.ts";
import type { Task } from "../svi/outcome.ts";

/**
 * Writes a case for a peer: `NAME.json`, and the numbers of its arrays beside it as little-endian float32.
 * @param groups the arrays, by group and name
 * @param fields what else the JSON file holds
 * @returns the path of the JSON file
 */
export function writeCaseFile(
  name: string,
  groups: Readonly<Record<string, Readonly<Record<string, Fixed>>>>,
  fields: object,
): string {
  const folder = join(cacheFolder, "bench");
  mkdirSync(folder, { recursive: true });
  const parts: Uint8Array[] = [];
  let offset = 0;
  const place = (arrays: Readonly<Record<string, Fixed>>) =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, values }]) => {
        const at = { shape, offset };
        parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        offset += values.length;
        return [name, at];
      }),
    );
  const placed = Object.fromEntries(Object.entries(groups).map(([group, arrays]) => [group, place(arrays)]));
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ name, ...fields, ...placed }));
  writeFileSync(join(folder, `${name}.f32`), Buffer.concat(parts));
  return path;
}

/** Writes a case of SVI for a peer, and returns the path of its JSON file. */
export function writeCase({ name, adam, loss, piece, summary, data, init }: SviCase, task: Task): string {
  const compared = Object.keys(summary?.({}) ?? init).length > 0;
  return writeCaseFile(name, { data, init }, { adam, loss, piece, compared, task });
}
