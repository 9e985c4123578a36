// `npx tspyro doctor | install | uninstall`
import { existsSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { examine } from "./doctor.ts";
import { writeKernelspec } from "./kernelspec.ts";
import { endChildrenOnSignals } from "./processes.ts";

const usage = `usage: npx tspyro <command>
  doctor      says what is set up, what is missing and how to get it
  install     adds the kernel "TypeScript (Pyro)" to your own Jupyter (it goes on living in this folder)
  uninstall   takes it out again`;

/** Where Jupyter looks for the kernels of one user. */
export function userKernelspec(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  const data =
    env.JUPYTER_DATA_DIR ??
    (platform === "darwin"
      ? join(homedir(), "Library", "Jupyter")
      : platform === "win32"
        ? join(env.APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter")
        : join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter"));
  return join(data, "kernels", "tspyro");
}

async function main(): Promise<void> {
  const [command] = process.argv.slice(2);
  endChildrenOnSignals();
  switch (command) {
    case "doctor": {
      const { text, healthy } = await examine();
      process.stdout.write(`${text}\n`);
      if (!healthy) process.exitCode = 1;
      return;
    }
    case "install":
      writeKernelspec(userKernelspec());
      process.stdout.write(`installed: ${userKernelspec()}\n`);
      return;
    case "uninstall": {
      const folder = userKernelspec();
      const was = existsSync(folder);
      rmSync(folder, { recursive: true, force: true });
      process.stdout.write(was ? `removed: ${folder}\n` : `nothing to remove: ${folder}\n`);
      return;
    }
    default:
      process.stderr.write(`${usage}\n`);
      process.exitCode = command === undefined || command === "--help" ? 0 : 2;
  }
}

if (import.meta.main) await main();
