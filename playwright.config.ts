import { defineConfig } from "@playwright/test";
import { findChromium } from "./kernel/setup/chromium.ts";

const results = ".cache/test";

export default defineConfig({
  testDir: "e2e/browser",
  outputDir: "test-results",
  // One JupyterLab and one kernel at a time: the machines that run this have two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json", { outputFile: `${results}/browser.json` }]],
  use: {
    viewport: { width: 1400, height: 1000 },
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      executablePath: findChromium(),
      args: ["--headless", "--no-sandbox", "--disable-gpu"],
    },
  },
});
