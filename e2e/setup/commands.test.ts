import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectEnvironment } from "../../kernel/setup/environment.ts";
import { cacheFolder, root, venvPython } from "../../kernel/setup/paths.ts";

let folder = "";
beforeEach(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "commands-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function tspyro(args: readonly string[], env: NodeJS.ProcessEnv = {}, from = root) {
  const ran = spawnSync(process.execPath, [join(from, "kernel/setup/tspyro.mjs"), ...args], {
    cwd: from,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** The kernels that Jupyter itself finds in a data folder. */
function kernelsIn(data: string): Record<string, { resource_dir: string; spec: { argv: string[] } }> {
  const ran = spawnSync(venvPython, ["-m", "jupyter", "kernelspec", "list", "--json"], {
    encoding: "utf8",
    env: { ...projectEnvironment(), JUPYTER_PATH: data, JUPYTER_PREFER_ENV_PATH: "0" },
  });
  return JSON.parse(ran.stdout).kernelspecs;
}

describe("npx tspyro install and uninstall", () => {
  it("give a Jupyter elsewhere the kernel, by paths that need nobody's PATH, and take it away", () => {
    const done = tspyro(["install", "--prefix", folder]);
    expect(done, done.stderr).toMatchObject({ code: 0, stderr: "" });
    const data = join(folder, "share/jupyter");
    const place = join(data, "kernels/tspyro");
    expect(done.stdout).toContain(`installed: ${place}\n`);
    expect(done.stdout).toContain(root);
    expect(done.stdout).toContain("pip install anywidget");
    const { tspyro: found } = kernelsIn(data);
    expect(found?.resource_dir).toBe(place);
    const [node = "", ...rest] = found?.spec.argv ?? [];
    expect(isAbsolute(node) && existsSync(node)).toBe(true);
    expect(rest).toContain(join(root, "dist/kernel/main.js"));
    expect(tspyro(["install", "--prefix", folder]).stdout).toContain(`installed already: ${place}\n`);

    expect(tspyro(["uninstall", "--prefix", folder]).stdout).toBe(`removed: ${place}\n`);
    expect(existsSync(place)).toBe(false);
    expect(tspyro(["uninstall", "--prefix", folder]).stdout).toBe(`nothing to remove: ${place}\n`);
  });

  it("mean one's own kernels, or those of the environment that is active", () => {
    const data = join(folder, "data");
    expect(tspyro(["install"], { JUPYTER_DATA_DIR: data }).code).toBe(0);
    expect(existsSync(join(data, "kernels/tspyro/kernel.json"))).toBe(true);
    const active = join(folder, "active");
    mkdirSync(join(active, "share/jupyter/labextensions/anywidget"), { recursive: true });
    const done = tspyro(["install", "--sys-prefix"], { VIRTUAL_ENV: active });
    expect(done.stdout, "it is there").not.toContain("pip install anywidget");
    expect(existsSync(join(active, "share/jupyter/kernels/tspyro/logo-64x64.png"))).toBe(true);
  });

  it.each([
    [["install", "--user", "--prefix", "x"], 1, /^tspyro install: --user and --prefix exclude each other/],
    [["install", "--globally"], 2, /^tspyro install: Unknown option '--globally'/],
    [["instal"], 2, /^There is no command "instal"\.\nusage: npx tspyro/],
  ])("answer %j with %i and a sentence", (args, code, says) => {
    const ran = tspyro(args);
    expect(ran.stderr).toMatch(says);
    expect(ran.code).toBe(code);
  });

  it("say which folder cannot be written", () => {
    writeFileSync(join(folder, "file"), "");
    const ran = tspyro(["install", "--prefix", join(folder, "file")]);
    expect(ran.stderr).toMatch(
      /file\/share\/jupyter\/kernels\/tspyro cannot be written \(ENOTDIR\): take --user/,
    );
    expect(ran.code).toBe(1);
  });
});

describe("npx tspyro doctor", () => {
  it("answers where nothing is set up, with every thing that is missing, and fails", () => {
    for (const name of ["package.json", "package-lock.json", "kernel"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    const ran = tspyro(["doctor"], {}, folder);
    expect(ran.stderr).toBe("");
    for (const what of ["npm packages", "JupyterLab", "kernel", "dist", "browser module"])
      expect(ran.stdout).toMatch(new RegExp(`^MISSING +${what} .*npm run setup`, "m"));
    expect(ran.stdout).toMatch(/^without +tensor core +wasm/m);
    expect(ran.code).toBe(1);
  });

  it("says which core and which versions there are", () => {
    const ran = tspyro(["doctor"], projectEnvironment());
    expect(ran.stdout).toMatch(/^ok +JupyterLab +jupyterlab [\d.]+, notebook [\d.]+, .* on Python [\d.]+$/m);
    expect(ran.stdout).toMatch(/^ok +anywidget +\d/m);
    expect(ran.stdout).toMatch(/^(ok +tensor core +TensorFlow|without +tensor core +wasm)/m);
    expect(ran.stdout).toContain(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
    expect(ran.code, ran.stdout).toBe(0);
  });
});
