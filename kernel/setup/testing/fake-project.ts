import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sourcesFingerprint } from "../build.ts";
import type { Machine } from "../doctor/finding.ts";
import { kernelspecText } from "../kernelspec.ts";
import { cacheFolder, placesOf } from "../paths.ts";
import { frontSources } from "../steps/front.ts";

/** A project in which set-up seems to have done everything, on a machine that has everything: for taking things away. */
export interface FakeProject {
  machine: Machine;
  root: string;
  write(path: string, text: string): void;
  /** A program that prints what a shell script says. */
  program(path: string, script: string): void;
}

export const pythonAnswer = [
  "3.12.4",
  "jupyterlab 4.6.6",
  "notebook 7.6.5",
  "nbclient 0.11.0",
  "nbconvert 7.17.2",
];

export function fakeProject(): FakeProject {
  mkdirSync(cacheFolder, { recursive: true });
  const root = mkdtempSync(join(cacheFolder, "doctor-"));
  const write = (path: string, text: string) => {
    const whole = join(root, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  };
  const program = (path: string, script: string) => {
    write(path, `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, path), 0o755);
  };
  const entry = { version: "1.0.0" };
  const packages = { "node_modules/zeromq": entry, "node_modules/@tensorflow/tfjs-node": entry };
  write("package.json", JSON.stringify({ name: "tspyro", version: "0.1.0", type: "module" }));
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));
  write("node_modules/.package-lock.json", JSON.stringify({ packages }));
  for (const path of Object.keys(packages)) write(`${path}/package.json`, JSON.stringify(entry));
  fakeCore(write, { lgamma: Math.log(24) });
  program(".venv/bin/python", pythonAnswer.map((line) => `echo ${line}`).join("\n"));
  write(".venv/pyvenv.cfg", "home = /usr/bin\n");
  write(".venv/bin/jupyter-lab", `#!${join(root, ".venv/bin/python")}\n`);
  write(".venv/share/jupyter/labextensions/anywidget/package.json", JSON.stringify({ version: "0.11.0" }));
  program("bin/python3", 'case "$2" in *version_info*) echo 3.12.4 1;; *) exit 0;; esac');
  program("bin/chromium", "exit 0");
  write("dist/kernel/main.js", "");
  write("dist/widgets/front.js", "");
  write("lib/index.ts", "");
  write("dist/.built", sourcesFingerprint(root));
  write(".cache/front.stamp", frontSources(root));
  const { kernelspecFolder } = placesOf(root);
  const node = { version: process.version, path: process.execPath };
  write(
    join(kernelspecFolder, "kernel.json").slice(root.length + 1),
    kernelspecText({ root, node: node.path }),
  );
  const env = { PATH: `${join(root, "bin")}:/bin:/usr/bin`, HOME: join(root, "home") };
  return { root, write, program, machine: { root, env, platform: "linux", node } };
}

/** Stands in for tfjs-node, with the little of it that is tried. */
export function fakeCore(write: FakeProject["write"], { lgamma }: { lgamma: number }): void {
  const folder = "node_modules/@tensorflow/tfjs-node";
  write(`${folder}/lib/napi-v8/tfjs_binding.node`, "");
  const data = (values: string) => `({ dataSync: () => [${values}] })`;
  write(
    `${folder}/index.js`,
    `module.exports = {
      getBackend: () => "tensorflow", tensor1d: () => 0, matMul: () => ${data("17, 39")},
      backend: () => ({ binding: { TF_Version: "2.99" }, executeSingleOutput: () => ${data(String(lgamma))} }),
    };`,
  );
}
