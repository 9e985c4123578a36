import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { scriptPrefix } from "../execute/names.ts";
import { packageRoot } from "../package.ts";
import type { DebugScript } from "../wire/messages.ts";
import type { Place, Source } from "./dap.ts";
import type { Inspector, Location } from "./inspector.ts";
import { murmur2 } from "./murmur2.ts";
import { Script } from "./script.ts";

/** How a front end finds the name of a cell. There are no such files: the names only have to be nobody else's. */
export const naming = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  tmpFilePrefix: `${join(tmpdir(), `tspyro_${process.pid}`)}${sep}`,
  tmpFileSuffix: ".ts",
} as const;

/** Executions of one cell text in which breakpoints are kept; functions of older ones run without. */
const MOST_EXECUTIONS = 20;
/** Executions, and texts of cells, that are remembered. */
const MOST_REMEMBERED = 2000;

/** Where code of the user's stands: in an execution of a cell, or in a file that a cell has imported. */
export type UserPlace = Place & { readonly source: Source; readonly script: Script | undefined };

/** Everything that runs and has a name: cells by execution, and files. */
export class Scripts {
  readonly #dumped = new Map<string, string>();
  readonly #byRun = new Map<number, Script>();
  readonly #byPath = new Map<string, Script[]>();
  readonly #urls = new Map<string, string>();

  static pathOf(code: string): string {
    return `${naming.tmpFilePrefix}${murmur2(code, naming.hashSeed)}${naming.tmpFileSuffix}`;
  }

  static isCell(path: string): boolean {
    return path.startsWith(naming.tmpFilePrefix);
  }

  dump(code: string): string {
    const path = Scripts.pathOf(code);
    this.#dumped.delete(path);
    this.#dumped.set(path, code);
    forgetOldest(this.#dumped);
    return path;
  }

  add(script: DebugScript): Script {
    const known = this.#byRun.get(script.run);
    if (known !== undefined) return known;
    const fresh = new Script(script);
    this.#byRun.set(script.run, fresh);
    forgetOldest(this.#byRun);
    const executions = [...(this.#byPath.get(this.dump(script.written)) ?? []), fresh];
    const path = Scripts.pathOf(script.written);
    this.#byPath.delete(path);
    this.#byPath.set(path, executions.slice(-MOST_EXECUTIONS));
    forgetOldest(this.#byPath);
    return fresh;
  }

  /** V8 has read a script. */
  parsed(scriptId: string, url: string): void {
    if (url !== "") this.#urls.set(scriptId, url);
  }

  /** Executions of the cell with this name. */
  executions(path: string): readonly Script[] {
    return this.#byPath.get(path) ?? [];
  }

  /** The text of the cell with this name; undefined where it is none. */
  code(path: string): string | undefined {
    return this.#dumped.get(path);
  }

  place(location: Location): UserPlace | undefined {
    const url = this.#urls.get(location.scriptId);
    if (url?.startsWith(scriptPrefix)) {
      const script = this.#byRun.get(Number(url.slice(scriptPrefix.length)));
      const place = script?.toCell(location);
      if (script === undefined || place === undefined) return undefined;
      return { ...place, script, source: { name: script.label, path: Scripts.pathOf(script.written) } };
    }
    if (url === undefined || !isOwnFile(url)) return undefined;
    const path = fileURLToPath(withoutVersion(url));
    const { lineNumber, columnNumber = 0 } = location;
    return {
      ...{ line: lineNumber + 1, column: columnNumber + 1, script: undefined },
      source: { name: basename(path), path },
    };
  }

  /** The files of the user's that run. */
  files(): string[] {
    const urls = [...this.#urls.values()].filter(isOwnFile).map(withoutVersion);
    return [...new Set(urls)].map((url) => fileURLToPath(url));
  }

  /** The text of a cell, of a file of the user's, or of whatever else V8 runs. */
  async text(path: string, inspector: Inspector | undefined): Promise<string | undefined> {
    const code = this.code(path);
    if (code !== undefined) return code;
    for (const [scriptId, url] of this.#urls) {
      const file = url.startsWith("file:") ? fileURLToPath(withoutVersion(url)) : url;
      if (file !== path) continue;
      if (isOwnFile(url)) return await readFile(path, "utf8");
      return (await inspector?.post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId }))
        ?.scriptSource;
    }
    return undefined;
  }
}

function forgetOldest(map: Map<unknown, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED) map.delete(oldest);
}

/** An edited file is loaded anew, under another address. */
function withoutVersion(url: string): string {
  return url.replace(/\?changed=.*$/, "");
}

const root = packageRoot.href;
const rooms = ["lib", "kernel", "widgets", "dist"].map((room) => `${root}${room}/`);

function isOwnFile(url: string): boolean {
  return (
    url.startsWith("file:") && !url.includes("/node_modules/") && !rooms.some((room) => url.startsWith(room))
  );
}

/** The address of a file as V8 knows it, as a regular expression. */
export function fileUrlPattern(path: string): string {
  return `^${escaped(pathToFileURL(path).href)}(\\?changed=.*)?$`;
}

/** What a step never stops in: Node, packages, the library and the kernel. */
export const foreignPatterns: readonly string[] = [
  "^node:",
  "/node_modules/",
  ...rooms.map((room) => `^${escaped(room)}`),
  ...rooms.map((room) => `^${escaped(fileURLToPath(room))}`),
];

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
