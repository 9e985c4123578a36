import { closedEnvironment } from "./environment.ts";
import { run } from "./processes.ts";

/** What the pinned JupyterLab needs. */
export const minimumPython = [3, 10] as const;

export interface Python {
  command: string;
  args: readonly string[];
  /** For example "3.11.7". */
  version: string;
  /** For example "3.11". */
  minor: string;
  /** Whether `python -m pip` works. */
  hasPip: boolean;
}

const question =
  "import sys, importlib.util; print('.'.join(map(str, sys.version_info[:3])), int(importlib.util.find_spec('pip') is not None))";

/** The first Python 3 that is new enough, or a sentence that says what is missing. `TSPYRO_PYTHON` names one to use. */
export async function findPython(env: NodeJS.ProcessEnv = closedEnvironment()): Promise<Python | string> {
  const named = env.TSPYRO_PYTHON;
  const candidates: readonly (readonly [string, ...string[]])[] =
    named !== undefined
      ? [[named]]
      : process.platform === "win32"
        ? [["py", "-3"], ["python"], ["python3"]]
        : [["python3"], ["python"]];
  let tooOld: string | undefined;
  for (const [command, ...args] of candidates) {
    const asked = await run(command, [...args, "-c", question], { env, timeout: 20_000 });
    const [version, pip] = asked.stdout.trim().split(" ");
    if (asked.code !== 0 || version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > minimumPython[0] || (major === minimumPython[0] && minor >= minimumPython[1])) {
      return { command, args, version, minor: `${major}.${minor}`, hasPip: pip === "1" };
    }
    tooOld ??= version;
  }
  const wanted = minimumPython.join(".");
  const install =
    process.platform === "linux"
      ? "apt install python3 python3-venv, or your distribution's packages"
      : "from python.org";
  return tooOld !== undefined
    ? `Python ${tooOld} is too old for JupyterLab: install Python ${wanted} or newer (${install}), or name one in TSPYRO_PYTHON.`
    : `no Python 3 on the PATH, so no JupyterLab: install Python ${wanted} or newer (${install}), then run \`npm run setup\` again.`;
}
