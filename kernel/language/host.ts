import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import ts from "#typescript";
import { unread } from "./later-types.ts";
import { slashed } from "./paths.ts";
import { Resolution } from "./resolution.ts";

/**
 * The file system as the language service sees it: the disk, a few files that exist only here (the current cell,
 * earlier cells' declarations, the prelude), and links that make the project's packages importable from any folder.
 *
 * The links matter twice: a notebook outside the project finds `tspyro` and `@tensorflow/tfjs-core`, and the
 * declarations that TypeScript writes for a cell can name those packages (it refuses to print relative paths into
 * a node_modules folder, and the value would become `any`).
 */
export class Host implements ts.LanguageServiceHost {
  readonly jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  readonly #folder: string;
  readonly #root: string;
  readonly #settled: readonly string[];
  readonly #options: ts.CompilerOptions;
  readonly #resolution: Resolution;
  readonly #virtual = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  readonly #disk = new Map<string, { version: string; snapshot: ts.IScriptSnapshot } | undefined>();
  readonly #exists = new Map<string, boolean>();
  #version = 0;
  #rootFiles: string[] = [];

  constructor(folder: string, root: string, options: ts.CompilerOptions) {
    this.#folder = slashed(folder);
    this.#root = slashed(root);
    this.#settled = ["dist", "lib", "kernel", "widgets"].map((name) => `${this.#root}/${name}/`);
    this.#options = options;
    this.#resolution = new Resolution(this, (path) => this.#isSettled(path));
  }

  path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** The next program may find what was not there. */
  forgetResolutions(): void {
    this.#resolution.forget();
  }

  setRootFiles(files: string[]): void {
    this.#rootFiles = files;
  }

  write(path: string, text: string): void {
    const before = this.#virtual.get(path)?.snapshot;
    if (before !== undefined && before.getText(0, before.getLength()) === text) return;
    this.#virtual.set(path, { version: `v${++this.#version}`, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  remove(path: string): void {
    this.#virtual.delete(path);
  }

  /** Looks again for what was not there. */
  forgetMissing(): void {
    for (const [path, found] of this.#exists) if (!found) this.#exists.delete(path);
    for (const [path, entry] of this.#disk) if (entry === undefined) this.#disk.delete(path);
  }

  resolveModuleNameLiterals: NonNullable<ts.LanguageServiceHost["resolveModuleNameLiterals"]> = (
    literals,
    from,
    _redirected,
    options,
    file,
  ) => this.#resolution.resolve(literals, from, options, file, this.#folder);
  getCompilationSettings = (): ts.CompilerOptions => this.#options;
  getScriptFileNames = (): string[] => this.#rootFiles;
  getCurrentDirectory = (): string => this.#folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;
  getScriptVersion = (path: string): string => this.#entry(path)?.version ?? "0";
  getScriptSnapshot = (path: string): ts.IScriptSnapshot | undefined => this.#entry(path)?.snapshot;

  #entry(path: string): { version: string; snapshot: ts.IScriptSnapshot } | undefined {
    const virtual = this.#virtual.get(path);
    if (virtual !== undefined) return virtual;
    const real = this.#follow(path);
    const settled = this.#isSettled(real);
    const later = unread(real);
    if (later !== undefined) return later;
    const known = this.#disk.get(real);
    if (known !== undefined && settled) return known;
    // The user's own files change between cells; packages and TypeScript's libraries do not.
    const version = settled ? "1" : modified(real);
    if (known !== undefined && known.version === version) return known;
    const text = ts.sys.readFile(real);
    const entry = text === undefined ? undefined : { version, snapshot: ts.ScriptSnapshot.fromString(text) };
    this.#disk.set(real, entry);
    return entry;
  }

  readFile = (path: string): string | undefined => {
    const { snapshot } = this.#virtual.get(path) ?? {};
    return snapshot === undefined
      ? ts.sys.readFile(this.#follow(path))
      : snapshot.getText(0, snapshot.getLength());
  };

  fileExists = (path: string): boolean => {
    if (this.#virtual.has(path)) return true;
    const real = this.#follow(path);
    if (!this.#isSettled(real)) return ts.sys.fileExists(real);
    const known = this.#exists.get(real);
    if (known !== undefined) return known;
    const found = ts.sys.fileExists(real);
    this.#exists.set(real, found);
    return found;
  };

  directoryExists = (path: string): boolean =>
    path === `${this.#folder}/node_modules` || ts.sys.directoryExists(this.#follow(path));
  getDirectories = (path: string): string[] => ts.sys.getDirectories(this.#follow(path));
  readDirectory = (...[path, ...rest]: Parameters<typeof ts.sys.readDirectory>): string[] =>
    ts.sys.readDirectory(this.#follow(path), ...rest).filter((file) => !isVirtualName(basename(file)));
  realpath = (path: string): string => {
    if (this.#virtual.has(path)) return path;
    const real = this.#follow(path);
    return ts.sys.realpath?.(real) ?? real;
  };

  isLibrary = (path: string): boolean => this.#settled.some((folder) => path.startsWith(folder));

  /** Packages, TypeScript's libraries and this project itself stay as they are while the kernel runs. */
  #isSettled(path: string): boolean {
    return path.includes("/node_modules/") || this.isLibrary(path);
  }

  /** `<notebook folder>/node_modules/<package>`, where the notebook has none of its own, is the project's. */
  #follow(path: string): string {
    const prefix = `${this.#folder}/node_modules/`;
    if (!path.startsWith(prefix)) return path;
    const rest = path.slice(prefix.length);
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(rest)?.[0] ?? "";
    if (existsSync(prefix + name)) return path;
    if (name === "tspyro") return this.#root + rest.slice(name.length);
    return `${this.#root}/node_modules/${rest}`;
  }
}

function isVirtualName(name: string): boolean {
  return /^__(cell|tspyro)/.test(name);
}

function modified(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
