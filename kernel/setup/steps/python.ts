import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { closedEnvironment } from "../environment.ts";
import { fingerprint, readOr, writeWhole } from "../files.ts";
import { root, venv, venvPython } from "../paths.ts";
import { lastLines, run } from "../processes.ts";
import { findPython, minimumPython, type Python } from "../python.ts";
import type { Report, Step } from "../step.ts";

const requirements = join(root, "kernel/setup/requirements.txt");
const constraints = join(root, "kernel/setup/constraints.txt");
const stamp = join(venv, "tspyro-stamp");

/** JupyterLab, anywidget and nbclient in a `.venv` of the project. Without them the library and the kernel still work. */
export const python: Step = {
  name: "JupyterLab",
  async run({ announce, again }): Promise<Report> {
    const wanted = fingerprint(root, readOr(requirements) ?? "", readOr(constraints) ?? "");
    if (!again && readOr(stamp)?.toString() === wanted && existsSync(venvPython)) {
      return { state: "kept", says: ".venv is complete" };
    }
    const found = await findPython();
    if (typeof found === "string") return { state: "without", says: found };
    announce("JupyterLab and anywidget into .venv");
    const trouble = (await makeVenv(found)) ?? (await fill());
    if (trouble !== undefined) return { state: "without", says: trouble };
    writeWhole(stamp, wanted);
    return { state: "made", says: `.venv on Python ${found.version}` };
  },
};

/** Makes `.venv` with a pip in it; answers what is in the way, in sentences, or undefined. */
async function makeVenv(python: Python): Promise<string | undefined> {
  const env = closedEnvironment();
  const usable = await run(venvPython, ["-m", "pip", "--version"], { env });
  // A .venv that was copied or moved names its old folder in every script.
  if (usable.code === 0 && usable.stdout.includes(venv)) return undefined;
  rmSync(venv, { recursive: true, force: true });
  const whole = await run(python.command, [...python.args, "-m", "venv", venv], { env });
  if (whole.code === 0) return undefined;
  rmSync(venv, { recursive: true, force: true });
  // Debian takes ensurepip out of Python; a pip of the system can fill a .venv from outside.
  const bare = await run(python.command, [...python.args, "-m", "venv", "--without-pip", venv], { env });
  const pip = await run(
    python.command,
    [...python.args, "-m", "pip", "--python", venvPython, "install", "pip"],
    { env },
  );
  if (bare.code === 0 && pip.code === 0) return undefined;
  rmSync(venv, { recursive: true, force: true });
  return (
    `Python ${python.version} cannot make a .venv with pip in it, so there is no JupyterLab for now.\n` +
    `${howToGetVenv(python)} Then run \`npm run setup\` again. (${lastLines(whole.output, 1)})`
  );
}

function howToGetVenv(python: Python): string {
  if (process.platform !== "linux") return "Install Python from python.org with its venv and pip.";
  if (existsSync("/etc/debian_version"))
    return `Install it: apt install python3-venv (or python${python.minor}-venv).`;
  return "Install your distribution's packages for Python's venv and pip.";
}

/** Installs the pinned packages; when the pins do not fit this Python, what pip finds for it. */
async function fill(): Promise<string | undefined> {
  const env = closedEnvironment();
  const install = ["-m", "pip", "install", "--quiet", "--no-warn-script-location", "-r", requirements];
  const pinned = await run(venvPython, [...install, "-c", constraints], { env });
  if (pinned.code === 0) return undefined;
  const offline = /\bRetrying \(|from versions: none/.test(pinned.output);
  const free = offline ? pinned : await run(venvPython, install, { env });
  if (free.code === 0) return undefined;
  return (
    `pip could not install JupyterLab (it wants Python ${minimumPython.join(".")} or newer and a network), so there is none for now.\n` +
    `Run \`npm run setup\` again when that is mended. pip said: ${lastLines(errorsOf(free.output), 1)}`
  );
}

/** What pip calls errors; everything it said when there is none. */
function errorsOf(output: string): string {
  const errors = output.split("\n").filter((line) => line.startsWith("ERROR: "));
  return errors.length > 0 ? errors.join("\n") : output;
}
