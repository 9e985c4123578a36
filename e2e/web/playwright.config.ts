import { defineConfig } from "@playwright/test";
import { findChromium } from "../../kernel/setup/chromium.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/web",
  globalSetup: "./build.ts",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json", { outputFile: "../../.cache/test/web.json" }]],
  use: {
    viewport: { width: 1000, height: 800 },
    trace: "off",
    launchOptions: {
      executablePath: findChromium(),
      args: ["--headless", "--no-sandbox", "--disable-gpu"],
    },
  },
});
