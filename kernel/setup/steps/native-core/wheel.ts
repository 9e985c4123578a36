import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { closedEnvironment } from "../../environment.ts";
import { cacheFolder, onPath, root, venvPython } from "../../paths.ts";
import { lastLines, run } from "../../processes.ts";
import { findPython } from "../../python.ts";
import { binding, corePackage, deps, unpacked } from "./places.ts";

const setup = join(root, "kernel/setup");
const compilers = [process.env.CXX, "g++", "c++", "clang++"];

/** The C++ compiler that way 2 would use. */
export function findCompiler(): string | undefined {
  for (const name of compilers) {
    const path = name && (name.includes("/") ? name : onPath(name));
    if (path && existsSync(path)) return path;
  }
  return undefined;
}

/**
 * Way 2, for Linux on x64: libtensorflow out of the `tensorflow-cpu` wheel, and the binding compiled from the sources
 * that the npm package ships, against Node-API's headers from npm (they are the same for every Node).
 * @returns undefined when it went through, else why not; nothing half done stays behind
 */
export async function fromWheel(announce: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `there is no prepared libtensorflow for ${process.platform} on ${process.arch}`;
  }
  const compiler = findCompiler();
  if (compiler === undefined) return "there is no C++ compiler (apt install g++)";
  const trouble = await unpack(announce);
  if (trouble !== undefined) return trouble;
  rmSync(deps, { recursive: true, force: true });
  symlinkSync(relative(dirname(deps), unpacked), deps);
  announce("tfjs-node's binding");
  return compile(compiler);
}

async function unpack(announce: (line: string) => void): Promise<string | undefined> {
  if (existsSync(unpacked)) return undefined;
  const python = await pythonWithPip();
  if (typeof python === "string") return python;
  const env = closedEnvironment();
  const folder = join(cacheFolder, "wheel");
  announce("libtensorflow from the tensorflow-cpu wheel (207 MB, once)");
  const download = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--require-hashes"];
  const anyPython = ["--only-binary=:all:", "--implementation=cp", "--python-version=3.11", "--abi=cp311"];
  const ran = await run(
    python.command,
    [
      ...[...python.args, ...download, ...anyPython, "--platform=manylinux_2_17_x86_64"],
      ...["--dest", folder, "-r", join(setup, "libtensorflow.txt")],
    ],
    { env, timeout: 20 * 60_000 },
  );
  if (ran.code !== 0) return `pip could not download the tensorflow-cpu wheel: ${lastLines(ran.output, 1)}`;
  const wheel = readdirSync(folder).find((name) => name.startsWith("tensorflow_cpu-2.15.1"));
  if (wheel === undefined) return "pip downloaded no tensorflow-cpu wheel";
  const partial = `${unpacked}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const opened = await run(
    python.command,
    [...python.args, join(setup, "unpack_wheel.py"), join(folder, wheel), partial],
    { env },
  );
  if (opened.code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    return `the tensorflow-cpu wheel could not be unpacked: ${lastLines(opened.output, 1)}`;
  }
  renameSync(partial, unpacked);
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

async function pythonWithPip(): Promise<{ command: string; args: readonly string[] } | string> {
  if (existsSync(venvPython)) return { command: venvPython, args: [] };
  const found = await findPython();
  if (typeof found === "string") return "there is no Python to fetch libtensorflow with";
  return found.hasPip ? found : "Python has no pip to fetch libtensorflow with (apt install python3-pip)";
}

async function compile(compiler: string): Promise<string | undefined> {
  mkdirSync(dirname(binding), { recursive: true });
  const partial = `${binding}.partial`;
  const includes = ["binding", "..", "deps/include", "../../node-api-headers/include"].flatMap((path) => [
    "-I",
    path,
  ]);
  const ran = await run(
    compiler,
    [
      ...[
        "-O2",
        "-std=c++17",
        "-shared",
        "-fPIC",
        "-DNAPI_VERSION=8",
        "-DBUILDING_NODE_EXTENSION",
        ...includes,
      ],
      ...["binding/tfjs_backend.cc", "binding/tfjs_binding.cc"],
      ...["-L", "deps/lib", "-ltensorflow", "-ltensorflow_framework", "-Wl,-rpath,$ORIGIN/../../deps/lib"],
      ...["-o", partial],
    ],
    { cwd: corePackage, env: closedEnvironment(), timeout: 5 * 60_000 },
  );
  if (ran.code !== 0 || !existsSync(partial) || statSync(partial).size === 0) {
    rmSync(partial, { force: true });
    return `its binding could not be compiled: ${/error: .*/.exec(ran.output)?.[0] ?? lastLines(ran.output, 1)}`;
  }
  renameSync(partial, binding);
  return undefined;
}
