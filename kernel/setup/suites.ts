import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkImports } from "./check-imports.ts";
import { findChromium } from "./chromium.ts";
import { closedEnvironment } from "./environment.ts";
import { cacheFolder, hasLab, root } from "./paths.ts";
import { run } from "./processes.ts";

/** What a suite comes to. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** It is a tool that finds fault or does not, and no tests. */
  tool?: true;
  /** Why the suite did not run. */
  without?: string;
}

export interface Suite {
  name: string;
  run(): Promise<Outcome>;
}

const minute = 60_000;
const results = join(cacheFolder, "test");
/** Where nobody watches, nothing may be left out. */
const strict = Boolean(process.env.CI);

const nothing: Outcome = { passed: 0, failed: 0, skipped: 0 };
const refused: Outcome = { passed: 0, failed: 1, skipped: 0 };

/** A tool that finds fault or does not. It is no test: it counts only when it finds something. */
function check(name: string, args: readonly string[]): Suite {
  return {
    name,
    async run() {
      const ran = await run(process.execPath, args, {
        cwd: root,
        env: closedEnvironment(),
        echo: true,
        timeout: 5 * minute,
      });
      return { ...(ran.code === 0 ? nothing : refused), tool: true };
    },
  };
}

const imports: Suite = {
  name: "imports",
  async run() {
    const faults = checkImports(root);
    for (const fault of faults) process.stdout.write(`${fault}\n`);
    return { ...(faults.length === 0 ? nothing : refused), tool: true };
  },
};

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

function vitest(
  name: string,
  config: string,
  minutes: number,
  missing: () => string | undefined = () => undefined,
): Suite {
  return {
    name,
    async run() {
      const without = missing();
      if (without !== undefined) return leaveOut(without);
      const file = join(results, `${name}.json`);
      rmSync(file, { force: true });
      const args = [
        "run",
        "--config",
        config,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ];
      const ran = await run(process.execPath, ["node_modules/vitest/vitest.mjs", ...args], {
        ...{ cwd: root, env: closedEnvironment(), echo: true, timeout: minutes * minute },
      });
      if (ran.timedOut) process.stdout.write(`the ${name} tests were ended after ${minutes} minutes\n`);
      if (!existsSync(file)) return refused;
      const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
      return withExit(ran.code, {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      });
    },
  };
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

/** @param more of the command line; without it the tests of JupyterLab run */
function playwright(
  name: string,
  minutes: number,
  missing: () => string | undefined,
  ...more: string[]
): Suite {
  return {
    name,
    async run() {
      const without =
        missing() ??
        (findChromium() === undefined ? "there is no Chromium (apt install chromium)" : undefined);
      if (without !== undefined) return leaveOut(without);
      const file = join(results, `${name}.json`);
      rmSync(file, { force: true });
      const ran = await run(process.execPath, ["node_modules/@playwright/test/cli.js", "test", ...more], {
        ...{ cwd: root, env: playwrightEnvironment(), echo: true, timeout: minutes * minute },
      });
      if (!existsSync(file)) return refused;
      const { stats } = JSON.parse(readFileSync(file, "utf8")) as PlaywrightReport;
      return withExit(ran.code, {
        passed: stats.expected,
        failed: stats.unexpected + stats.flaky,
        skipped: stats.skipped,
      });
    },
  };
}

/** Playwright forces colours on its workers unless it is told not to in its own way. */
function playwrightEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR, ...env } = closedEnvironment();
  return NO_COLOR === undefined ? env : { ...env, FORCE_COLOR: "0" };
}

/** A runner that ends badly without a failed test (a file that does not load, say) is a failure all the same. */
function withExit(code: number | null, outcome: Outcome): Outcome {
  return code !== 0 && outcome.failed === 0 ? { ...outcome, failed: 1 } : outcome;
}

function leaveOut(without: string): Outcome {
  return strict ? { ...refused, without } : { ...nothing, without };
}

function withoutLab(): string | undefined {
  return hasLab() ? undefined : "there is no JupyterLab in .venv (`npm run setup` says why)";
}

/** Everything that `npm test` runs, in this order. */
export const suites: readonly Suite[] = [
  check("types", ["node_modules/typescript/lib/tsc.js", "-p", "tsconfig.json", "--declaration"]),
  check("lint", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"]),
  imports,
  vitest("unit", "vitest.config.ts", 20),
  vitest("protocol", "e2e/protocol/vitest.config.ts", 15),
  vitest("notebooks", "e2e/notebooks/vitest.config.ts", 15, withoutLab),
  vitest("setup", "e2e/setup/vitest.config.ts", 8, withoutLab),
  playwright("web", 8, () => undefined, "--config", "e2e/web/playwright.config.ts"),
  playwright("browser", 20, withoutLab),
];
