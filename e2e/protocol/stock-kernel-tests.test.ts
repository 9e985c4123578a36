import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { closedEnvironment } from "../../kernel/setup/environment.ts";
import { kernelEnvironment, nodeFlags } from "../../kernel/setup/node-flags.ts";
import { cacheFolder, root, venvPython } from "../../kernel/setup/paths.ts";

const name = "tspyro-under-test";

/** A kernelspec of the kernel that the other tests here start, found by JUPYTER_PATH. */
async function writeSpec(): Promise<string> {
  const share = join(cacheFolder, "protocol", "jupyter");
  const folder = join(share, "kernels", name);
  await mkdir(folder, { recursive: true });
  const entry = process.env.TSPYRO_KERNEL === "source" ? "kernel/main.ts" : "dist/kernel/main.js";
  const spec = {
    argv: [process.execPath, ...nodeFlags, join(root, entry), "{connection_file}"],
    ...{ display_name: name, language: "typescript", interrupt_mode: "message" },
    env: { ...kernelEnvironment, TSPYRO_HISTORY: "off" },
  };
  await writeFile(join(folder, "kernel.json"), JSON.stringify(spec));
  return share;
}

/** What the suite has, at least: jupyter_kernel_test 0.7 whole, and the groups of our own. */
const stock = [
  ..."clear_output completion display_data error execute_result execute_stderr execute_stdout".split(" "),
  ..."history inspect is_complete kernel_info pager".split(" "),
].map((one) => `KernelTests.test_${one}`);

// Its tests allow 0.1 s between two messages, which a machine that is busy with other things may not keep.
it.skipIf(!existsSync(venvPython) && !process.env.CI)(
  "jupyter_kernel_test with every attribute set and our own suite pass (skipped where there is no .venv)",
  { retry: 1, timeout: 300_000 },
  async () => {
    const env = { ...closedEnvironment(), JUPYTER_PATH: await writeSpec() };
    const suite = ["-W", "ignore", "-m", "suite", name, "tspyro"];
    const { stdout, stderr } = await promisify(execFile)(venvPython, suite, {
      ...{ env, cwd: import.meta.dirname, maxBuffer: 2 ** 24 },
    });
    const outcomes = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, string>;
    const names = Object.keys(outcomes);
    expect(names).toEqual(
      expect.arrayContaining([...stock, "IopubWelcomeTests.test_recv_iopub_welcome_msg"]),
    );
    for (const group of ["Execution", "Interrupts", "Messages", "Sessions"])
      expect(names.filter((one) => one.startsWith(group)).length).toBeGreaterThan(6);
    expect(outcomes, stderr).toEqual(Object.fromEntries(names.map((one) => [one, "passed"])));
  },
);
