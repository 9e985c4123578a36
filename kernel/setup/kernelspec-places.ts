import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lastLines, run } from "./processes.ts";

/** Where Jupyter looks for the kernels of one user. */
export function userKernelspec(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  const home = (platform === "win32" ? env.USERPROFILE : env.HOME) ?? homedir();
  const data =
    env.JUPYTER_DATA_DIR ??
    (platform === "darwin"
      ? join(home, "Library", "Jupyter")
      : platform === "win32"
        ? join(env.APPDATA ?? join(home, "AppData", "Roaming"), "jupyter")
        : join(env.XDG_DATA_HOME ?? join(home, ".local", "share"), "jupyter"));
  return join(data, "kernels", "tspyro");
}

/** Where Jupyter looks for the kernels of one Python environment. */
export function prefixKernelspec(prefix: string): string {
  return join(prefix, "share", "jupyter", "kernels", "tspyro");
}

/**
 * The folder that `install` and `uninstall` mean by their options, those of `jupyter kernelspec install`.
 * @throws Error with a sentence about what the command line says wrongly
 */
export async function chosenKernelspec(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): Promise<string> {
  const options = {
    user: { type: "boolean" },
    prefix: { type: "string" },
    "sys-prefix": { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const given = Object.keys(values).map((name) => `--${name}`);
  if (given.length > 1) throw new Error(`${given.join(" and ")} exclude each other: give one of them.`);
  if (values.prefix === "") throw new Error("--prefix wants a folder, as in --prefix /opt/jupyter.");
  if (values.prefix !== undefined) return prefixKernelspec(resolve(values.prefix));
  return values["sys-prefix"]
    ? prefixKernelspec(await sysPrefix(env, platform))
    : userKernelspec(env, platform);
}

/** The prefix of the Python environment that is active: a venv, a conda environment, or that of `python3` on the PATH. */
async function sysPrefix(env: NodeJS.ProcessEnv, platform: string): Promise<string> {
  const active = env.VIRTUAL_ENV ?? env.CONDA_PREFIX;
  if (active !== undefined && active !== "") return active;
  const python = env.TSPYRO_PYTHON ?? (platform === "win32" ? "python" : "python3");
  const asked = await run(python, ["-c", "import sys; print(sys.prefix)"], { env, timeout: 20_000 });
  if (asked.code === 0) return asked.stdout.trim();
  throw new Error(
    `--sys-prefix means the Python environment that is active, but ${python} does not answer (${lastLines(asked.output, 1)}). Activate one, or name its folder: --prefix FOLDER.`,
  );
}
