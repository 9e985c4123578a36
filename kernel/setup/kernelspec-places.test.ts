import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chosenKernelspec, userKernelspec } from "./kernelspec-places.ts";
import { cacheFolder } from "./paths.ts";

const kernel = "kernels/tspyro";

describe.skipIf(process.platform === "win32")("userKernelspec", () => {
  it.each([
    ["linux", { HOME: "/h" }, "/h/.local/share/jupyter"],
    ["linux", { HOME: "/h", XDG_DATA_HOME: "/x" }, "/x/jupyter"],
    ["darwin", { HOME: "/h" }, "/h/Library/Jupyter"],
    ["win32", { APPDATA: "/a" }, "/a/jupyter"],
    ["win32", { USERPROFILE: "/h" }, "/h/AppData/Roaming/jupyter"],
    ["darwin", { HOME: "/h", JUPYTER_DATA_DIR: "/d" }, "/d"],
  ])("is where Jupyter looks on %s with %j", (platform, env, data) => {
    expect(userKernelspec(env, platform)).toBe(join(data, kernel));
  });
});

describe.skipIf(process.platform === "win32")("chosenKernelspec", () => {
  let folder = "";
  let python = "";
  beforeAll(() => {
    mkdirSync(cacheFolder, { recursive: true });
    folder = mkdtempSync(join(cacheFolder, "places-"));
    python = join(folder, "python");
    writeFileSync(python, "#!/bin/sh\necho /usr/local\n");
    chmodSync(python, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const env = { HOME: "/h" };
  it.each([
    [[], env, "/h/.local/share/jupyter"],
    [["--user"], env, "/h/.local/share/jupyter"],
    [["--prefix", "/opt/j"], env, "/opt/j/share/jupyter"],
    [["--prefix=here"], env, join(resolve("here"), "share/jupyter")],
    [["--sys-prefix"], { ...env, VIRTUAL_ENV: "/v" }, "/v/share/jupyter"],
    [["--sys-prefix"], { ...env, CONDA_PREFIX: "/c" }, "/c/share/jupyter"],
  ])("%j with %j is %s", async (args, given, data) => {
    expect(await chosenKernelspec(args, given, "linux")).toBe(join(data, kernel));
  });

  it("asks Python where no environment is active", async () => {
    const place = await chosenKernelspec(["--sys-prefix"], { TSPYRO_PYTHON: python }, "linux");
    expect(place).toBe(join("/usr/local/share/jupyter", kernel));
  });

  it.each([
    [["--user", "--sys-prefix"], /--user and --sys-prefix exclude each other/],
    [["--prefix", ""], /--prefix wants a folder/],
    [["--prefix"], /--prefix/],
    [["--globally"], /Unknown option '--globally'/],
    [["here"], /Unexpected argument 'here'/],
  ])("refuses %j", async (args, says) => {
    await expect(chosenKernelspec(args, env, "linux")).rejects.toThrow(says);
  });

  it("says what to do where no Python answers", async () => {
    const none = { TSPYRO_PYTHON: join(folder, "none") };
    await expect(chosenKernelspec(["--sys-prefix"], none, "linux")).rejects.toThrow(
      /--sys-prefix means the Python environment that is active.*Activate one, or .*--prefix FOLDER/,
    );
  });
});
