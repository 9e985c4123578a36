import { copyFileSync, existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { closedEnvironment } from "../../environment.ts";
import { readJson } from "../../files.ts";
import { root } from "../../paths.ts";
import { lastLines, run } from "../../processes.ts";
import { corePackage, deps } from "./places.ts";

const minutes = 60_000;

/**
 * Way 1: the package's own installer, which downloads libtensorflow and a binding that fits it.
 * @returns undefined when it went through, else why not; then the package is as it was
 */
export async function byOwnInstaller(announce: (line: string) => void): Promise<string | undefined> {
  const unreachable = await storageUnreachable();
  if (unreachable !== undefined) return unreachable;
  announce("libtensorflow by tfjs-node's own installer");
  // While it runs, the installer rewrites its package's manifest.
  const manifest = join(corePackage, "package.json");
  const saved = join(corePackage, "package.json.saved");
  if (!existsSync(saved)) copyFileSync(manifest, saved);
  const env = closedEnvironment();
  const ran = await run(process.execPath, ["scripts/install.js"], {
    cwd: corePackage,
    env: { ...env, PATH: join(root, "node_modules/.bin") + delimiter + env.PATH },
    timeout: 20 * minutes,
  });
  copyFileSync(saved, manifest);
  rmSync(saved);
  if (ran.code === 0 && existsSync(join(corePackage, "lib/napi-v8/tfjs_binding.node"))) return undefined;
  rmSync(deps, { recursive: true, force: true });
  rmSync(join(corePackage, "lib"), { recursive: true, force: true });
  return ran.timedOut
    ? "its own installer took more than 20 minutes"
    : `its own installer failed: ${lastLines(ran.output, 1)}`;
}

/** Asks the host that the package's manifest names whether it is there: the installer itself would wait for minutes. */
async function storageUnreachable(): Promise<string | undefined> {
  // Through a proxy only the installer knows the way.
  if (["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]))
    return undefined;
  const manifest = readJson(join(corePackage, "package.json")) as { binary?: { host?: string } } | undefined;
  const host = manifest?.binary?.host;
  if (host === undefined) return "its manifest names no storage host";
  try {
    await fetch(new URL(host).origin, { method: "HEAD", signal: AbortSignal.timeout(8_000) });
    return undefined;
  } catch {
    return "the storage host of its own installer cannot be reached";
  }
}
