import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder, kernelspecFolder, root, venvPython } from "../../kernel/setup/paths.ts";

const bootstrap = (...args: string[]) =>
  spawnSync(process.execPath, ["kernel/setup/bootstrap.mjs", ...args], { cwd: root, encoding: "utf8" });

describe("npm run setup, when nothing is left to do", () => {
  it("says what there is in a few lines, quickly", () => {
    const start = performance.now();
    const ran = bootstrap("setup.ts");
    const seconds = (performance.now() - start) / 1000;
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr, "nothing was announced").not.toContain("...");
    expect(ran.stderr.trim().split("\n").length).toBeLessThan(10);
    expect(ran.stderr).toMatch(/tensor core: (TensorFlow|wasm)/);
    // It takes under a second; a machine that is busy with something else may be four times slower.
    expect(seconds).toBeLessThan(4);
  });

  it("is followed by a doctor that finds nothing missing", () => {
    const ran = spawnSync("npx", ["tspyro", "doctor"], {
      cwd: root,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    expect(ran.stdout).toMatch(/^ok {7}JupyterLab {5}jupyterlab 4\./m);
    expect(ran.stdout).toMatch(/^ok {7}kernel/m);
    expect(ran.stdout).not.toContain("MISSING");
    expect(ran.status).toBe(0);
  });
});

describe("the kernelspec", () => {
  it("starts Node 24 and the built kernel by absolute paths that exist", () => {
    const spec = JSON.parse(readFileSync(join(kernelspecFolder, "kernel.json"), "utf8")) as {
      argv: string[];
    };
    const paths = spec.argv.filter(isAbsolute);
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(existsSync(path), path).toBe(true);
    expect(spec.argv).toContain("--no-force-async-hooks-checks");
    expect(spec.argv.at(-1)).toBe("{connection_file}");
    const version = spawnSync(paths[0] ?? "", ["--version"], { encoding: "utf8" }).stdout;
    expect(Number(/^v(\d+)/.exec(version)?.[1])).toBeGreaterThanOrEqual(24);
  });

  it("has its pictures", () => {
    for (const size of [32, 64]) {
      const png = readFileSync(join(kernelspecFolder, `logo-${size}x${size}.png`));
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
    }
  });
});

describe("unpack_wheel.py", () => {
  let folder = "";
  beforeEach(() => {
    mkdirSync(cacheFolder, { recursive: true });
    folder = mkdtempSync(join(cacheFolder, "wheel-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const members = [
    "tensorflow/libtensorflow_cc.so.2",
    "tensorflow/libtensorflow_framework.so.2",
    "tensorflow/include/tensorflow/c/c_api.h",
    "tensorflow/include/tsl/platform/status.h",
    "tensorflow/include/tensorflow/core/platform/status.h",
    "tensorflow/include/tensorflow/core/kernels/big.h",
    "tensorflow/include/tsl/platform/not_a_header.txt",
    "tensorflow/python/ops.py",
    "tensorflow_cpu-2.15.1.dist-info/METADATA",
  ];

  it("takes the libraries and the headers that the binding wants, and nothing else", () => {
    const wheel = join(folder, "fake.whl");
    const make = `import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  [z.writestr(m, m) for m in sys.argv[2:]]`;
    expect(spawnSync(venvPython, ["-c", make, wheel, ...members]).status).toBe(0);
    const target = join(folder, "out");
    const ran = spawnSync(venvPython, [join(root, "kernel/setup/unpack_wheel.py"), wheel, target], {
      encoding: "utf8",
    });
    expect(ran.stderr).toBe("");
    const files = readdirSync(target, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1))
      .sort();
    expect(files).toEqual([
      "include/tensorflow/c/c_api.h",
      "include/tensorflow/core/platform/status.h",
      "include/tsl/platform/status.h",
      "lib/libtensorflow.so",
      "lib/libtensorflow_cc.so.2",
      "lib/libtensorflow_framework.so",
      "lib/libtensorflow_framework.so.2",
    ]);
    expect(readFileSync(join(target, "lib/libtensorflow.so"), "utf8")).toBe(members[0]);
    expect(readFileSync(join(target, "lib/libtensorflow_framework.so"), "utf8")).toBe(members[1]);
  });
});
