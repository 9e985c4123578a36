import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROTOCOL } from "../wire/framing.ts";
import { fingerprint, readOr, writeIfDifferent } from "./files.ts";
import { kernelEnvironment, nodeFlags } from "./node-flags.ts";
import { root } from "./paths.ts";

/**
 * The entry that Jupyter's front ends show: the text of kernel.json. Paths are absolute: editors do not have the shell's
 * PATH.
 */
export function kernelspecText(from: { root: string; node: string }): string {
  const spec = {
    argv: [from.node, ...nodeFlags, join(from.root, "dist/kernel/main.js"), "{connection_file}"],
    display_name: "TypeScript (Pyro)",
    language: "typescript",
    interrupt_mode: "message",
    kernel_protocol_version: PROTOCOL,
    env: kernelEnvironment,
    metadata: { debugger: true },
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/**
 * Writes the kernelspec into a folder named `tspyro`.
 * @returns whether anything changed
 */
export async function writeKernelspec(folder: string): Promise<boolean> {
  const text = kernelspecText({ root, node: process.execPath });
  let changed = writeIfDifferent(join(folder, "kernel.json"), text);
  const logo = readFileSync(join(root, "kernel/setup/logo/logo.svg"), "utf8");
  const drawn = fingerprint(logo);
  if (readOr(join(folder, "logo.hash"))?.toString() === drawn && existsSync(join(folder, "logo-64x64.png")))
    return changed;
  // Loaded only when there is something to draw: doctor reads this file where node_modules is missing.
  const { Resvg } = await import("@resvg/resvg-js");
  changed = writeIfDifferent(join(folder, "logo-svg.svg"), logo) || changed;
  for (const size of [32, 64]) {
    const png = new Resvg(logo, { fitTo: { mode: "width", value: size } }).render().asPng();
    changed = writeIfDifferent(join(folder, `logo-${size}x${size}.png`), png) || changed;
  }
  return writeIfDifferent(join(folder, "logo.hash"), drawn) || changed;
}
