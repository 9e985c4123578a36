import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./chromium.ts";
import { projectEnvironment } from "./environment.ts";
import { readJson } from "./files.ts";
import { hasLab, kernelspecFolder, root, venvPython } from "./paths.ts";
import { lastLines, run } from "./processes.ts";
import { readStamp } from "./steps/native-core/stamp.ts";
import { verify } from "./steps/native-core/verify.ts";

/** One thing that was looked at. */
interface Finding {
  what: string;
  says: string;
  /** "missing" keeps the kernel or JupyterLab from working; "less" is something that one can do without. */
  state: "ok" | "less" | "missing";
}

const setUp = "run `npm run setup`";

/** Looks at everything that set-up makes, by trying it, and says what is missing and how to get it. */
export async function examine(): Promise<{ text: string; healthy: boolean }> {
  const findings: Finding[] = [
    { what: "project", says: `tspyro ${version(join(root, "package.json"))} in ${root}`, state: "ok" },
    { what: "Node", says: `${process.version} at ${process.execPath}`, state: "ok" },
    await core(),
    await jupyter(),
    kernelspec(),
    built(),
    chromium(),
  ];
  const marks = { ok: "ok     ", less: "without", missing: "MISSING" };
  return {
    text: findings.map(({ what, says, state }) => `${marks[state]}  ${what.padEnd(14)} ${says}`).join("\n"),
    healthy: findings.every(({ state }) => state !== "missing"),
  };
}

function version(manifest: string): string {
  return (readJson(manifest) as { version?: string } | undefined)?.version ?? "?";
}

async function core(): Promise<Finding> {
  const what = "tensor core";
  const tried = await verify();
  if (tried.works) return { what, says: readStamp()?.says ?? `TensorFlow ${tried.version}`, state: "ok" };
  return { what, says: readStamp()?.says ?? `wasm: ${tried.why}; ${setUp}`, state: "less" };
}

async function jupyter(): Promise<Finding> {
  const what = "JupyterLab";
  if (!hasLab()) return { what, says: `not installed: ${setUp}, which says why`, state: "missing" };
  const names = ["jupyterlab", "anywidget", "nbclient"];
  const question = `import importlib.metadata as m, sys; print(sys.version.split()[0], *[m.version(n) for n in ${JSON.stringify(names)}])`;
  const asked = await run(venvPython, ["-c", question], { env: projectEnvironment(), timeout: 20_000 });
  if (asked.code !== 0) return { what, says: `${lastLines(asked.output, 1)}: ${setUp}`, state: "missing" };
  const [python, ...versions] = asked.stdout.trim().split(" ");
  const list = names.map((name, index) => `${name} ${versions[index]}`).join(", ");
  return { what, says: `${list} on Python ${python}`, state: "ok" };
}

function kernelspec(): Finding {
  const what = "kernel";
  const spec = readJson(join(kernelspecFolder, "kernel.json")) as { argv?: string[] } | undefined;
  if (spec?.argv === undefined) return { what, says: `not registered: ${setUp}`, state: "missing" };
  const gone = spec.argv.filter((part) => part.startsWith("/") && !existsSync(part));
  if (gone.length > 0)
    return {
      what,
      says: `its kernelspec names ${gone.join(", ")}, which is gone: ${setUp}`,
      state: "missing",
    };
  return { what, says: `registered in ${kernelspecFolder}`, state: "ok" };
}

function built(): Finding {
  const there = existsSync(join(root, "dist/kernel/main.js"));
  return { what: "dist", says: there ? "built" : `not built: ${setUp}`, state: there ? "ok" : "missing" };
}

function chromium(): Finding {
  const path = findChromium();
  return path !== undefined
    ? { what: "Chromium", says: path, state: "ok" }
    : {
        what: "Chromium",
        says: "not found; only the browser tests need it (apt install chromium)",
        state: "less",
      };
}
