/** The names of the manuals as one text, a line each: `method pyro.infer.svi.SVI.step(args, kwargs)`. */
import type { Kind, ManualName } from "./extract.ts";

export function toText(names: readonly ManualName[]): string {
  const lines = names.map(({ kind, name, arguments: args }) => `${kind} ${name}(${args.join(", ")})`);
  return `${lines.sort().join("\n")}\n`;
}

export function fromText(text: string): ManualName[] {
  return [...text.matchAll(/^(\w+) ([\w.]+)\((.*)\)$/gm)].map(([, kind, name, args = ""]) => ({
    kind: kind as Kind,
    name: name as string,
    arguments: args === "" ? [] : args.split(", "),
  }));
}
