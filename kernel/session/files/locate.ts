import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pyroError } from "../../../lib/errors.ts";
import { nearest } from "../../../lib/nearest.ts";

export interface Located {
  readonly name: string;
  readonly path: string;
  readonly stats: Stats;
}

/** Folders and files that are looked at for a name like the one that was not found. */
const most = { depth: 3, files: 2000 };

/** A file by its name, relative to the notebook's folder. @throws naming what is called nearly so */
export function locate(name: string | URL): Located {
  const given = name instanceof URL && name.protocol === "file:" ? fileURLToPath(name) : String(name);
  if (given === "")
    throw pyroError({
      what: "FileAttachment has no name to look for",
      expected: 'a file\'s name, such as "data.csv"',
    });
  if (/^(https?|ftp|data|blob):/.test(given)) {
    throw pyroError({
      what: "FileAttachment reads files, not addresses",
      got: given.slice(0, 200),
      try: `await (await fetch(${JSON.stringify(given.slice(0, 80))})).json(), or .text(), .arrayBuffer()`,
    });
  }
  const folder = process.cwd();
  const path = resolve(folder, given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return { name: given, path, stats };
  const inside = stats?.isDirectory() === true ? path : folder;
  const files = filesBelow(inside).map((file) => relative(folder, file).split(sep).join("/"));
  throw pyroError({
    what:
      stats === undefined
        ? `There is no file ${JSON.stringify(given)}`
        : `${JSON.stringify(given)} is ${stats.isDirectory() ? "a folder" : "no ordinary file"}`,
    where: `the notebook's folder ${folder}`,
    ...suggestion(given, files),
  });
}

function suggestion(given: string, files: readonly string[]): { try?: string } {
  const like = alike(given, files);
  if (like.length > 0) return { try: like.map((file) => JSON.stringify(file)).join(", or ") };
  if (files.length === 0) return { try: "putting the file into that folder, which has none" };
  const some = files.slice(0, 5).map((file) => JSON.stringify(file));
  return { try: `a file that is there: ${some.join(", ")}${files.length > 5 ? " ..." : ""}` };
}

/** The same name elsewhere first, then a name like it. */
function alike(given: string, files: readonly string[]): string[] {
  const name = basename(given).toLowerCase();
  const stem = (file: string) =>
    basename(file)
      .toLowerCase()
      .replace(/\.[^.]*$/, "");
  const same = files.filter((file) => basename(file).toLowerCase() === name);
  const whole = nearest(given, files);
  const part = nearest(
    name,
    files.map((file) => basename(file)),
  );
  const found = [
    ...same,
    ...(whole === undefined ? [] : [whole]),
    ...files.filter((file) => basename(file) === part),
    ...files.filter((file) => stem(file) === stem(given)),
  ];
  return [...new Set(found)].slice(0, 3);
}

function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const visit = (place: string, depth: number) => {
    let entries: ReturnType<typeof read>;
    try {
      entries = read(place);
    } catch {
      return;
    }
    for (const entry of entries) {
      if (found.length >= most.files) return;
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isFile()) found.push(join(place, entry.name));
    }
    if (depth >= most.depth) return;
    for (const entry of entries)
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
        visit(join(place, entry.name), depth + 1);
  };
  visit(folder, 1);
  return found;
}

const read = (folder: string) => readdirSync(folder, { withFileTypes: true });
