import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder } from "./paths.ts";
import { findPython } from "./python.ts";

let folder = "";
beforeEach(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "python-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A Python that answers the question about itself with one line. */
function fakePython(answer: string): void {
  const path = join(folder, "fake-python");
  writeFileSync(path, `#!/bin/sh\n${answer}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv("TSPYRO_PYTHON", path);
}

describe.skipIf(process.platform === "win32")("findPython", () => {
  it("takes one that is new enough and says whether it has pip", async () => {
    fakePython("echo 3.12.4 0");
    expect(await findPython()).toMatchObject({ version: "3.12.4", minor: "3.12", hasPip: false });
    fakePython("echo 3.10.0 1");
    expect(await findPython()).toMatchObject({ version: "3.10.0", hasPip: true });
  });

  it("refuses an old one in a sentence that says what to do", async () => {
    fakePython("echo 3.9.18 1");
    expect(await findPython()).toMatch(
      /^Python 3\.9\.18 is too old for JupyterLab: install Python 3\.10 or newer/,
    );
  });

  it.each(["exit 1", "echo hello", "echo 3.12 1"])("does not take %j for a Python", async (answer) => {
    fakePython(answer);
    expect(await findPython()).toMatch(/^no Python 3 on the PATH, so no JupyterLab: install Python/);
  });

  it("says so where there is none", async () => {
    vi.stubEnv("TSPYRO_PYTHON", join(folder, "nothing"));
    expect(await findPython()).toMatch(/^no Python 3 on the PATH/);
  });
});
