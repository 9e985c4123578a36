import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Magic, MagicContext } from "./types.ts";

const scripts = "--allow-scripts";

export const npm: Magic = {
  name: "npm",
  usage: `%npm install NAME ... [${scripts}]`,
  summary:
    "Installs npm packages into the notebook's folder, versions pinned; their install scripts run only where allowed.",
  choices: ["install"],
  async run(argument, context) {
    const { names, withScripts } = parseRequest(argument);
    const cli = findNpm();
    if (cli === undefined)
      throw new Error(
        "There is no npm on the PATH of the kernel: install Node.js with its npm, or add it to the PATH.",
      );
    const output = await runNpm(cli, installArguments(names, context.folder, withScripts), context);
    context.packagesChanged();
    context.say(names.map((name) => pinned(name, context.folder) ?? name).join("\n"));
    if (!withScripts && /allow-scripts|install scripts?/i.test(output))
      context.say(`Install scripts did not run; where a package needs them: ${scripts}.`);
    return undefined;
  },
};

/** A name of the registry with, after an `@`, a version, a range or a tag; nothing that npm would fetch from elsewhere. */
const packageName = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~][\w.~-]*(?:@[\w.^~<>=*+-]+)?$/i;

export function parseRequest(argument: string): { names: string[]; withScripts: boolean } {
  const [command, ...words] = argument.split(/\s+/);
  const names = words.filter((word) => word !== scripts);
  if (!["install", "i", "add"].includes(command ?? "") || names.length === 0)
    throw new SyntaxError(`%npm is written ${npm.usage}; got "${argument}".`);
  for (const name of names)
    if (!packageName.test(name))
      throw new SyntaxError(
        `%npm install takes names of packages such as d3-array or d3-array@3.2.4; "${name}" is none.`,
      );
  return { names, withScripts: names.length < words.length };
}

function installArguments(names: readonly string[], folder: string, withScripts: boolean): string[] {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  return [
    ...["install", "--prefix", folder, "--save-exact", ...quiet],
    withScripts ? "--ignore-scripts=false" : "--ignore-scripts",
    ...["--", ...names],
  ];
}

/** npm's own script, which this Node runs: no shell is between, which would read what is written in a name. */
export function findNpm(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (/npm-cli\.c?js$/.test(env.npm_execpath ?? "")) return env.npm_execpath;
  for (const folder of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    if (folder === "") continue;
    const beside = join(folder, "node_modules", "npm", "bin", "npm-cli.js");
    if (existsSync(beside)) return beside;
    const command = join(folder, "npm");
    if (!existsSync(command)) continue;
    const script = realpathSync(command);
    if (/npm-cli\.c?js$/.test(script)) return script;
  }
  return undefined;
}

function runNpm(cli: string, args: readonly string[], { folder, signal }: MagicContext): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`npm could not install this.\n${explained(output)}`));
    });
  });
}

/** What npm said, without its prefixes and the place of its log. */
function explained(output: string): string {
  return output
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!) ?/, ""))
    .filter((line) => line.trim() !== "" && !/complete log of this run/.test(line) && !/_logs/.test(line))
    .join("\n");
}

/** `name version`, of what lies in the notebook's folder now. */
function pinned(asked: string, folder: string): string | undefined {
  const name = asked.replace(/(?<=.)@.*$/, "");
  try {
    const manifest = readFileSync(join(folder, "node_modules", name, "package.json"), "utf8");
    return `${name}@${(JSON.parse(manifest) as { version: string }).version}`;
  } catch {
    return undefined;
  }
}
