import { existsSync } from "node:fs";
import { onPath } from "./paths.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const elsewhere = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The machine's own Chromium for the browser tests; `TSPYRO_CHROMIUM` names another. */
export function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string | undefined {
  const named = env.TSPYRO_CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  for (const name of names) {
    const path = onPath(name, env);
    if (path !== undefined) return path;
  }
  return platform === "darwin" ? elsewhere.find(existsSync) : undefined;
}
