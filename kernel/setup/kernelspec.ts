import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { PROTOCOL } from "../wire/framing.ts";
import { fingerprint, readOr, writeIfDifferent } from "./files.ts";
import { kernelEnvironment, nodeFlags } from "./node-flags.ts";
import { root } from "./paths.ts";

/** The entry that Jupyter's front ends show. Paths are absolute: editors do not have the shell's PATH. */
function kernelspec(): string {
  const spec = {
    argv: [process.execPath, ...nodeFlags, join(root, "dist/kernel/main.js"), "{connection_file}"],
    display_name: "TypeScript (Pyro)",
    language: "typescript",
    interrupt_mode: "message",
    kernel_protocol_version: PROTOCOL,
    env: kernelEnvironment,
    metadata: { debugger: false },
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/**
 * Writes the kernelspec into a folder named `tspyro`.
 * @returns whether anything changed
 */
export function writeKernelspec(folder: string): boolean {
  let changed = writeIfDifferent(join(folder, "kernel.json"), kernelspec());
  const logo = readFileSync(join(root, "kernel/setup/logo/logo.svg"), "utf8");
  const drawn = fingerprint(logo);
  if (readOr(join(folder, "logo.hash"))?.toString() === drawn && existsSync(join(folder, "logo-64x64.png")))
    return changed;
  changed = writeIfDifferent(join(folder, "logo-svg.svg"), logo) || changed;
  for (const size of [32, 64]) {
    const png = new Resvg(logo, { fitTo: { mode: "width", value: size } }).render().asPng();
    changed = writeIfDifferent(join(folder, `logo-${size}x${size}.png`), png) || changed;
  }
  return writeIfDifferent(join(folder, "logo.hash"), drawn) || changed;
}
