/**
 * What a manual of Pyro names, read off its text: signatures, attributes, parameter lists and the index at its end. The
 * texts were made from web pages and from print, so that one signature has several looks:
 *
 *     class PyroOptim(optim_constructor, optim_args)[source]
 *     **batch\_log\_pdf** (*x, \*args, \*\*kwargs*)
 *     **enumerable** = **True**
 *     add_node() (Trace method), 39
 */
import { LOST, MENTIONED } from "./unsigned.ts";

export type Kind = "class" | "function" | "method" | "attribute";

/** A name of a manual; `arguments` are those of its signature and, where that is open, of its list of parameters. */
export interface ManualName {
  readonly name: string;
  readonly kind: Kind;
  readonly arguments: readonly string[];
}

interface Found {
  readonly kind: Kind;
  readonly arguments: Set<string>;
}
type Add = (name: string, kind: Kind, args?: readonly string[]) => Found;

/** Takes off the marks of print and web, and puts what was broken into one line. */
export function plainLines(text: string): string[] {
  return text
    .replaceAll(/```\w*|\*\*(?=[\w\\]+(?: ?=|\*\*|[ (]))|`|^#+ /gm, "")
    .replaceAll(/\$(?:\\mathbf\{(\w+)\}|([\w=]+))\$/g, "$1$2")
    .replaceAll(/<function <lambda>>/g, "all")
    .replaceAll(/\[source\].*|¶.*/g, "")
    .replaceAll(/[\\*]/g, "")
    .replaceAll(/^- *\n(?:(class)\n)?/gm, (_, cls?: string) => (cls === undefined ? "" : "class "))
    .replaceAll(/^((?:class )?\w+ ?\([^\n]*,)[ \t]*\n[ \t]*/gm, "$1 ")
    .replaceAll(/\((class|in module)[ \n]+(?:in[ \n]+)?(?=pyro)/g, "($1 ")
    .split("\n")
    .map((line) => line.trim());
}

const SIGNATURE = /^(class )?([A-Za-z_]\w*) ?\(((?:[\w, .{}=()-]|='\w*')*)\)$/;
const BARE_CLASS = /^class ([A-Z]\w*)$/;
const ATTRIBUTE = /^([a-z_]\w*) = (?:True|False)$/;
const INDEXED = /^(\w+)(?:\(\))? \((?:(class|in module) ([\w.]+)|(\w+) (method|attribute))\)?,/;
const PARAMETER = /^(?:Parameters +|[-•] )(\w+)(?: \(.*?\))? – /;
const WRAPS = /^Wraps ([\w.]+) with Pyro(?:Optim|LRScheduler)/;
const PATH = /\bpyro(?:\.[a-z]\w*){2,}\.[A-Z]\w*/g;

const lastOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** The names of the arguments in a signature: `x=None, *args` are `x` and `args`. */
export function argumentsOf(list: string): string[] {
  const flat = list.replaceAll(/\([^()]*\)/g, "").trim();
  return flat === "" ? [] : flat.split(",").map((part) => part.replace(/=.*$/, "").trim());
}

/** All names of some manuals, qualified, in the order in which they are met. */
export function extract(texts: readonly string[]): ManualName[] {
  const paths = modulesOf(texts);
  const found = new Map<string, Found>();
  const add: Add = (name, kind, args = []) => {
    const entry = found.get(name) ?? { kind, arguments: new Set<string>() };
    for (const arg of args) entry.arguments.add(arg);
    found.set(name, entry);
    return entry;
  };
  const qualify = (name: string) => paths.get(name.toLowerCase()) ?? `pyro.optim.${name}`;
  for (const text of texts) read(plainLines(text), qualify, add);
  for (const { phrase, names } of MENTIONED) {
    if (!texts.some((text) => text.includes(phrase))) continue;
    for (const { name, kind, arguments: args } of names) add(name, kind, args);
  }
  return [...found].map(([name, { kind, arguments: args }]) => ({ name, kind, arguments: [...args] }));
}

/** The full paths of classes and functions, from wherever a text tells them: the index knows best. */
function modulesOf(texts: readonly string[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of texts.flatMap(plainLines)) {
    const [, name, , module] = INDEXED.exec(line) ?? [];
    if (name === undefined || module === undefined) continue;
    paths.set(name.toLowerCase(), `${module.replace(".__init__", "")}.${name}`);
  }
  for (const [path] of texts.flatMap((text) => [...text.matchAll(PATH)])) {
    const name = lastOf(path).toLowerCase();
    if (!paths.has(name)) paths.set(name, path);
  }
  return paths;
}

function read(lines: readonly string[], qualify: (name: string) => string, add: Add): void {
  let owner = "";
  let current: Found | undefined;
  for (const line of lines) {
    const lost = LOST.find(({ phrase }) => line.includes(phrase));
    if (lost !== undefined) {
      current = add(lost.name ?? `${owner}.${lost.member}`, lost.kind, lost.arguments);
      continue;
    }
    const [, indexed, what, , of, member] = INDEXED.exec(line) ?? [];
    if (indexed !== undefined) {
      if (of !== undefined) add(`${qualify(of)}.${indexed}`, member as Kind);
      else add(qualify(indexed), what === "class" ? "class" : "function");
      continue;
    }
    const wrapped = WRAPS.exec(line)?.[1];
    if (wrapped !== undefined) {
      add(`pyro.optim.${lastOf(wrapped)}`, "function", ["optim_args", "clip_args"]);
      if (wrapped.startsWith("pyro.")) add(wrapped, "class");
      continue;
    }
    const [, isClass, name, list = ""] = SIGNATURE.exec(line) ?? ["", "class", BARE_CLASS.exec(line)?.[1]];
    if (name !== undefined) {
      const args = argumentsOf(list);
      if (isClass !== undefined) {
        owner = qualify(name);
        current = add(owner, "class", args);
      } else if (/^[A-Z]/.test(name)) current = add(`pyro.optim.${name}`, "function", args);
      else if (!qualify(name).startsWith("pyro.optim.")) current = add(qualify(name), "function", args);
      else current = add(`${owner}.${name}`, "method", args);
      continue;
    }
    const attribute = ATTRIBUTE.exec(line)?.[1];
    if (attribute !== undefined) add(`${owner}.${attribute}`, "attribute");
    const parameter = PARAMETER.exec(line)?.[1];
    if (parameter !== undefined && current !== undefined && isOpen(current)) current.arguments.add(parameter);
  }
}

/** Whether a signature leaves open what there may be; lists of parameters also repeat names in other numbers. */
function isOpen({ arguments: args }: Found): boolean {
  return args.size === 0 || args.has("args") || args.has("kwargs");
}
