import { readFileSync, statSync } from "node:fs";
import { createRequire, type ResolveFnOutput, registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { LocalVersions } from "./local-versions.ts";
import { moduleSyntaxError } from "./module-syntax-error.ts";
import { Unfinished } from "./unfinished.ts";

/**
 * Modules for cells. What a cell imports is looked for from the notebook's folder, then among the kernel's own packages;
 * local TypeScript needs no build, also where its syntax is more than types (enums, decorators), and an edited file is
 * loaded anew. The library and the tensor core are always the kernel's own: two copies would not know each other.
 */
export interface ModuleOptions {
  /** The folder of the kernel's package. */
  root: string;
  /** `tspyro`, `tspyro/infer` ... as URLs; undefined for names the library does not have. */
  ownModule(specifier: string): string | undefined;
  /** Loads what the kernel needs too, out of reach of V8's terminate. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
}

export interface CellModules {
  load(specifier: unknown, options?: ImportCallOptions, names?: Record<string, boolean>): Promise<unknown>;
  require: NodeJS.Require;
  /** The cell was ended: modules that it was loading may never be loaded, so the next import takes fresh ones. */
  interrupted(): void;
  meta: { url: string; dirname: string; filename: string; resolve(specifier: string): string };
}

const fromCell = "tspyro-import:";
const typescript = /\.[mc]?tsx?$/;
const shared = /^@tensorflow\/tfjs(-|$)/;

export function installModules({ root, ownModule, undisturbed }: ModuleOptions): CellModules {
  const kernelUrl = import.meta.url;
  const ownFolders = ["lib", "kernel", "widgets", "dist", "node_modules"].map(
    (name) => `${pathToFileURL(join(root, name))}/`,
  );
  const isLocal = (url: string | undefined): url is string =>
    url?.startsWith("file:") === true &&
    !url.includes("/node_modules/") &&
    !ownFolders.some((folder) => url.startsWith(folder));
  const cellUrl = () => pathToFileURL(join(process.cwd(), "notebook.ts")).href;
  const versions = new LocalVersions((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  const unfinished = new Unfinished();

  const versioned = (result: ResolveFnOutput, parent: string | undefined): ResolveFnOutput => {
    const [url] = result.url.split("?");
    return url === undefined || !isLocal(url) ? result : { ...result, url: versions.current(url, parent) };
  };

  registerHooks({
    resolve(specifier, context, next) {
      const cell = specifier.startsWith(fromCell);
      if (!cell && !isLocal(context.parentURL)) return unfinished.fresh(next(specifier, context));
      const wanted = cell ? specifier.slice(fromCell.length) : specifier;
      const parentURL = cell ? cellUrl() : context.parentURL;
      const own = ownModule(wanted);
      if (own !== undefined) return next(own, context);
      if (shared.test(wanted)) return next(wanted, { ...context, parentURL: kernelUrl });
      const found = firstFound(
        candidates(wanted),
        (one) => next(one, { ...context, parentURL }),
        () => next(wanted, { ...context, parentURL: kernelUrl }),
      );
      const json = found.url.endsWith(".json") ? { importAttributes: { type: "json" } } : {};
      return unfinished.fresh(versioned({ ...found, ...json }, cell ? undefined : context.parentURL));
    },
    load(url, context, next) {
      const [path] = url.split("?");
      unfinished.begun(url);
      if (path === undefined || !typescript.test(path) || !isLocal(path)) return next(url, context);
      const { source, map } = javascript(readFileSync(fileURLToPath(path), "utf8"), fileURLToPath(path));
      if (map !== undefined) maps.set(url, map);
      return { format: path.endsWith(".cts") ? "commonjs" : "module", source, shortCircuit: true };
    },
  });

  return {
    async load(specifier, options, names = {}) {
      const wanted = String(specifier);
      const load = () => import(`${fromCell}${wanted}`, options) as Promise<Record<string, unknown>>;
      const own = shared.test(wanted) || ownModule(wanted) !== undefined;
      const module = await (own ? undisturbed(load) : unfinished.during(load));
      return withNames(module, names, String(specifier));
    },
    require: cellRequire(kernelUrl),
    interrupted: () => unfinished.interrupted(),
    meta: {
      get url() {
        return cellUrl();
      },
      get dirname() {
        return process.cwd();
      },
      get filename() {
        return fileURLToPath(cellUrl());
      },
      resolve: (specifier) => {
        const path = createRequire(cellUrl()).resolve(specifier);
        return path.startsWith("node:") || !path.includes("/") ? path : pathToFileURL(path).href;
      },
    },
  };
}

/** People write `./helpers` and `./helpers.js` for `helpers.ts`. */
function candidates(specifier: string): string[] {
  if (!/^\.{0,2}\//.test(specifier)) return [specifier];
  const alternatives = /\.[mc]?[jt]sx?$|\.json$/.test(specifier)
    ? [specifier.replace(/\.([mc]?)js(x?)$/, ".$1ts$2")]
    : [`${specifier}.ts`, `${specifier}.js`, `${specifier}/index.ts`, `${specifier}/index.js`];
  return [...new Set([specifier, ...alternatives])];
}

function firstFound<T>(names: readonly string[], resolve: (name: string) => T, otherwise: () => T): T {
  let failure: unknown;
  for (const name of names) {
    try {
      return resolve(name);
    } catch (error) {
      failure ??= error;
    }
  }
  try {
    return otherwise();
  } catch {
    throw failure;
  }
}

/** Types away; with esbuild where there is more to do than that. */
function javascript(source: string, file: string): { source: string; map?: string } {
  try {
    return { source: stripTypeScriptTypes(source) };
  } catch {
    const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
    const loader = file.endsWith("x") ? "tsx" : "ts";
    try {
      const { code, map } = transformSync(source, {
        loader,
        target: "es2024",
        sourcefile: file,
        sourcemap: "external",
        logLevel: "silent",
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, experimentalDecorators: false } },
      });
      return { source: code, map };
    } catch (error) {
      throw moduleSyntaxError(error, file);
    }
  }
}

/** Of local modules whose lines have moved: their source maps, by URL. */
const maps = new Map<string, string | TraceMap>();

/** Where a place in a local module is in the file as it was written. */
export function placeInModule(
  url: string,
  line: number,
  column: number,
): { line: number; column: number } | undefined {
  const map = maps.get(url);
  if (map === undefined) return undefined;
  const trace = typeof map === "string" ? new TraceMap(map) : map;
  maps.set(url, trace);
  const found = originalPositionFor(trace, { line, column: column - 1 });
  return found.line === null ? undefined : { line: found.line, column: found.column + 1 };
}

/** What CommonJS modules hide behind their default export is found too. */
function withNames(
  module: Record<string, unknown>,
  names: Record<string, boolean>,
  specifier: string,
): unknown {
  const missing = Object.keys(names).filter((name) => !(name in module));
  if (missing.length === 0) return module;
  const fallback = (module.default ?? {}) as Record<string, unknown>;
  const found: Record<string, unknown> = {};
  for (const name of Object.keys(names)) {
    if (name in module) found[name] = module[name];
    else if (Object(fallback) === fallback && name in fallback) found[name] = fallback[name];
    else if (names[name]) throw new SyntaxError(`The module "${specifier}" has no export named "${name}".`);
  }
  return found;
}

function cellRequire(kernelUrl: string): NodeJS.Require {
  const own = createRequire(kernelUrl);
  const here = () => createRequire(join(process.cwd(), "notebook.ts"));
  const attempt = <T>(from: (require: NodeJS.Require) => T): T => {
    try {
      return from(here());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
      try {
        return from(own);
      } catch {
        throw error;
      }
    }
  };
  const require = (id: string): unknown =>
    /^@tensorflow\/tfjs(-|$)/.test(id) ? own(id) : attempt((one) => one(id) as unknown);
  return Object.assign(require, {
    resolve: Object.assign((id: string) => attempt((one) => one.resolve(id)), { paths: own.resolve.paths }),
    cache: own.cache,
    main: undefined,
    extensions: own.extensions,
  }) as NodeJS.Require;
}
