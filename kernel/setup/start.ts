// `npm start [-- --port N --no-browser]`: sets up, then JupyterLab on notebooks/ until Ctrl-C.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLab } from "./lab.ts";
import { hasLab, root } from "./paths.ts";
import { isFree } from "./ports.ts";
import { endChildrenOnSignals, onEnding } from "./processes.ts";
import { setup } from "./setup.ts";

interface StartOptions {
  port: number | undefined;
  browser: boolean;
}

/** Reads the command line; throws a sentence about what it does not understand. */
export function readOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: "string" }, "no-browser": { type: "boolean" } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port wants a whole number from 1 to 65535, not "${values.port}".`);
  }
  return { port, browser: !values["no-browser"] && hasScreen() };
}

/** Without a screen a "browser" would be one in this very terminal. */
function hasScreen(): boolean {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const dropSignals = endChildrenOnSignals();
  await setup({ quiet: true });
  if (!hasLab()) throw new Error("There is no JupyterLab to start: the lines above say what is missing.");
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new Error(`Port ${options.port} of 127.0.0.1 is taken: choose another one, or leave --port out.`);
  }
  dropSignals();
  const asked = new AbortController();
  onEnding(() => {
    if (asked.signal.aborted) return;
    process.stderr.write("\nending JupyterLab and its kernels ...\n");
    asked.abort();
  });
  const lab = await startLab({
    folder: join(root, "notebooks"),
    port: options.port,
    browser: options.browser,
    signal: asked.signal,
  });
  if (lab !== undefined) {
    process.stdout.write(
      `\nJupyterLab is ready: ${lab.url}\nFirst notebook: 01-coin.ipynb. Ctrl-C ends it.\n`,
    );
    await lab.ended;
  }
  if (!asked.signal.aborted) throw new Error("JupyterLab ended by itself; its messages are above.");
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
