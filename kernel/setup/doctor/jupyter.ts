import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../files.ts";
import { type Places, placesOf } from "../paths.ts";
import { lastLines, run } from "../processes.ts";
import { findPython } from "../python.ts";
import { type Finding, type Machine, setUp, setUpAgain } from "./finding.ts";

const needed = ["jupyterlab", "notebook", "nbclient", "nbconvert"];
const question = `
import importlib.metadata as m, sys
print(sys.version.split()[0])
for name in sys.argv[1:]:
    try: print(name, m.version(name))
    except m.PackageNotFoundError: print(name, "-")`;

/** The project's own JupyterLab, by asking its Python; where there is none, what is in the way. */
export async function jupyter(machine: Machine): Promise<Finding> {
  const what = "JupyterLab";
  const { venv, venvPython } = placesOf(machine.root, machine.platform);
  const missing = (says: string): Finding => ({ what, says, state: "missing" });
  if (!existsSync(venv)) return missing(`there is no .venv. ${await howToGetVenv(machine)}`);
  if (!existsSync(join(venv, "pyvenv.cfg")))
    return missing(`.venv is no whole one (pyvenv.cfg is missing): ${setUp}, which makes it anew`);
  const asked = await run(venvPython, ["-c", question, ...needed], { env: machine.env, timeout: 20_000 });
  if (asked.code !== 0)
    return missing(
      `.venv's Python does not run (${lastLines(asked.output, 1) || asked.signal}); the one that it was made from may be gone. ${await howToGetVenv(machine)}`,
    );
  const home = movedFrom(placesOf(machine.root, machine.platform));
  if (home !== undefined)
    return missing(`.venv was made in ${home} and moved here: ${setUp}, which makes it anew`);
  const [python, ...lines] = asked.stdout.trim().split("\n");
  const absent = lines.filter((line) => line.endsWith(" -")).map((line) => line.slice(0, -2));
  if (absent.length > 0)
    return missing(`.venv lacks ${absent.join(", ")}: ${setUpAgain}, which wants a network`);
  return { what, says: `${lines.join(", ")} on Python ${python}`, state: "ok" };
}

async function howToGetVenv(machine: Machine): Promise<string> {
  const python = await findPython(machine.env);
  if (typeof python === "string") return python;
  const parts = ["-c", "import venv, ensurepip"];
  const whole = await run(python.command, [...python.args, ...parts], { env: machine.env, timeout: 20_000 });
  if (whole.code === 0 || python.hasPip) return `Python ${python.version} can make one: ${setUp}`;
  const install =
    machine.platform === "linux" ? " (apt install python3-venv, or your distribution's package)" : "";
  return `Python ${python.version} has no venv with pip in it: install that${install}, then ${setUp}`;
}

/** Scripts of a .venv name the folder in which it was made. */
function movedFrom({ venv, venvScripts, venvPython }: Places): string | undefined {
  try {
    const [first = ""] = readFileSync(join(venvScripts, "jupyter-lab"), "utf8").split("\n");
    // Long paths are written as a shell's exec.
    const at = /\/[^"'\s].*?\/bin\/python[\d.]*/.exec(first)?.[0];
    return at === undefined || at.startsWith(join(venv, "bin")) || at === venvPython
      ? undefined
      : at.replace(/\/bin\/python[\d.]*$/, "");
  } catch {
    return undefined;
  }
}

/** What shows live views, in the project's JupyterLab. */
export function anywidget({ root, platform }: Machine): Finding {
  const what = "anywidget";
  const file = join(placesOf(root, platform).venv, "share/jupyter/labextensions/anywidget/package.json");
  const version = (readJson(file) as { version?: string } | undefined)?.version;
  return version !== undefined
    ? { what, says: `${version}, for live views`, state: "ok" }
    : { what, says: `not in .venv, so live views stay empty: ${setUpAgain}`, state: "missing" };
}
