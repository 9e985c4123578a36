import { join } from "node:path";
import { writeIfDifferent } from "../files.ts";
import { writeKernelspec } from "../kernelspec.ts";
import { hasLab, kernelspecFolder, venv } from "../paths.ts";
import type { Report, Step } from "../step.ts";

/** Settings of the project's JupyterLab: nothing is fetched from outside, no pop-ups about news. */
const settings: readonly (readonly [path: string, content: unknown])[] = [
  // JupyterLab asks its own yarn, which is CommonJS and would be taken for one of this project's ES modules.
  ["package.json", { private: true, type: "commonjs" }],
  [
    "etc/jupyter/jupyter_lab_config.json",
    {
      LabApp: {
        news_url: null,
        check_for_updates_class: "jupyterlab.NeverCheckForUpdate",
        extension_manager: "readonly",
      },
    },
  ],
  [
    "etc/jupyter/labconfig/page_config.json",
    {
      disabledExtensions: {
        "@jupyterlab/apputils-extension:announcements": true,
        "@jupyterlab/extensionmanager-extension:plugin": true,
      },
    },
  ],
];

/** The kernel and the settings of the project's JupyterLab, all inside `.venv`. */
export const kernel: Step = {
  name: "kernel",
  async run(): Promise<Report> {
    if (!hasLab()) {
      return {
        state: "without",
        says: "not registered: there is no JupyterLab (`npx tspyro install` adds it to your own Jupyter)",
      };
    }
    let changed = await writeKernelspec(kernelspecFolder);
    for (const [path, content] of settings) {
      changed = writeIfDifferent(join(venv, path), `${JSON.stringify(content, null, 2)}\n`) || changed;
    }
    return { state: changed ? "made" : "kept", says: '"TypeScript (Pyro)" is registered as tspyro in .venv' };
  },
};
