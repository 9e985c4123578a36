import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder, jupyterFolder, venvScripts } from "./paths.ts";

/**
 * The environment of everything that set-up and the commands start: Jupyter's, pip's and node-gyp's folders lie
 * inside the project, so that only npm's own cache is written outside it.
 */
export function projectEnvironment(): NodeJS.ProcessEnv {
  const temporary = join(cacheFolder, "tmp");
  mkdirSync(temporary, { recursive: true });
  return {
    ...process.env,
    PATH: [venvScripts, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    JUPYTER_CONFIG_DIR: join(jupyterFolder, "config"),
    JUPYTER_DATA_DIR: join(jupyterFolder, "data"),
    JUPYTER_RUNTIME_DIR: join(jupyterFolder, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(jupyterFolder, "lab", "user-settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(jupyterFolder, "lab", "workspaces"),
    IPYTHONDIR: join(jupyterFolder, "ipython"),
    // The .venv's kernels and settings win over whatever the machine has.
    JUPYTER_PREFER_ENV_PATH: "1",
    PIP_CACHE_DIR: join(cacheFolder, "pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_USER: "0",
    npm_config_devdir: join(cacheFolder, "node-gyp"),
  };
}

/** The same with the folders for temporary files and caches inside the project too: for set-up's own steps and tests. */
export function closedEnvironment(): NodeJS.ProcessEnv {
  return {
    ...projectEnvironment(),
    TMPDIR: join(cacheFolder, "tmp"),
    XDG_CACHE_HOME: join(cacheFolder, "xdg"),
    XDG_CONFIG_HOME: join(cacheFolder, "xdg-config"),
    // What tests run is nobody's history.
    TSPYRO_HISTORY: "off",
    ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
  };
}
