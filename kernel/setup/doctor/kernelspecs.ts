import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { readJson, readOr } from "../files.ts";
import { kernelspecText } from "../kernelspec.ts";
import { userKernelspec } from "../kernelspec-places.ts";
import { placesOf } from "../paths.ts";
import { type Finding, type Machine, setUp } from "./finding.ts";

/** The kernel's entry in the project's own JupyterLab, and in the user's where there is one. */
export function kernelspecs(machine: Machine): Finding[] {
  const own = placesOf(machine.root, machine.platform).kernelspecFolder;
  const users = userKernelspec(machine.env, machine.platform);
  return [
    {
      what: "kernel",
      ...judge(own, machine, setUp, "missing"),
    },
    ...(existsSync(users)
      ? [
          {
            what: "your Jupyter",
            ...judge(users, machine, "run `npx tspyro install` (or `uninstall`)", "less"),
          },
        ]
      : []),
  ];
}

function judge(
  folder: string,
  { root }: Machine,
  mend: string,
  bad: "missing" | "less",
): Omit<Finding, "what"> {
  const path = join(folder, "kernel.json");
  if (!existsSync(path)) return { says: `the kernel is not registered in ${folder}: ${mend}`, state: bad };
  const spec = readJson(path) as { argv?: unknown } | undefined;
  if (!Array.isArray(spec?.argv) || !spec.argv.every((part) => typeof part === "string"))
    return { says: `${path} is damaged: ${mend}`, state: bad };
  const named = (spec.argv as string[]).filter((part) => isAbsolute(part));
  const gone = named.filter((part) => !existsSync(part));
  if (gone.length > 0)
    return { says: `${path} names ${gone.join(", ")}, which is gone: ${mend}`, state: bad };
  const main = named.find((part) => part.endsWith("main.js"));
  if (main !== undefined && main !== join(root, "dist/kernel/main.js"))
    return { says: `${path} starts the kernel of another folder, ${main}: ${mend}`, state: bad };
  // Any Node that is there will do.
  if (readOr(path)?.toString() !== kernelspecText({ root, node: named[0] ?? "" }))
    return {
      says: `${path} is not what this version writes: ${mend}`,
      state: bad === "missing" ? "stale" : bad,
    };
  return { says: `"TypeScript (Pyro)" is registered in ${folder}`, state: "ok" };
}
