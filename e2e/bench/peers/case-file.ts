import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../kernel/setup/paths.ts";
import type { SviCase } from "../svi/case.ts";
import type { Fixed } from "../svi/fixed.ts";
import type { Task } from "../svi/outcome.ts";

/**
 * Writes a case for a peer: `NAME.json`, and the numbers of its arrays beside it as little-endian float32.
 * @returns the path of the JSON file
 */
export function writeCase(model: SviCase, task: Task): string {
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
  const { name, adam, loss, piece } = model;
  const compared = Object.keys(model.summary?.({}) ?? model.init).length > 0;
  const json = { name, adam, loss, piece, compared, task, data: place(model.data), init: place(model.init) };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(json));
  writeFileSync(join(folder, `${name}.f32`), Buffer.concat(parts));
  return path;
}
