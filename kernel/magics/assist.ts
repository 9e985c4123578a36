import type { Completion, Inspection } from "../language/types.ts";
import { questionOf } from "./question.ts";
import { splitMagics } from "./split.ts";
import { magicNamed, magics } from "./table.ts";
import type { Magic } from "./types.ts";

/** The magic in whose line the cursor stands, where it stands on no code. */
function lineAt(code: string, cursor: number): { start: number; before: string } | undefined {
  const start = code.lastIndexOf("\n", cursor - 1) + 1;
  const before = code.slice(start, cursor);
  if (!/^[ \t]*%/.test(before)) return undefined;
  const number = code.slice(0, start).split("\n").length;
  return splitMagics(code).magics.some(({ line }) => line === number) ? { start, before } : undefined;
}

/** Names of magics and the words that follow them; undefined where the cursor stands on code. */
export function completeMagic(code: string, cursor: number): Completion | undefined {
  const place = lineAt(code, cursor);
  if (place === undefined) return undefined;
  const [, indent = "", marks = "", name = "", gap = "", words = ""] =
    /^([ \t]*)(%{1,2})(\S*)([ \t]*)(.*)$/.exec(place.before) ?? [];
  if (gap === "") {
    const found = magics.filter(
      (one) => one.name.startsWith(name) && (marks === "%" || one.takesCode === true),
    );
    const start = place.start + indent.length;
    const end = cursor + (/^\w*/.exec(code.slice(cursor))?.[0].length ?? 0);
    return { start, end, matches: found.map((one) => ({ text: marks + one.name, type: "magic" })) };
  }
  const magic = magicNamed(name);
  if (magic?.takesCode === true) return undefined;
  const choices = name === "help" ? magics.map((one) => one.name) : (magic?.choices ?? []);
  const matches = choices.filter((one) => one.startsWith(words)).map((text) => ({ text, type: "keyword" }));
  return { start: cursor - words.length, end: cursor, matches };
}

/** What a magic is, where the cursor stands on its name; null on the name of none. */
export function inspectMagic(code: string, cursor: number): Inspection | null | undefined {
  const question = questionOf(code);
  if (question?.magic) return described(magicNamed(question.target), 0, code.length);
  const place = lineAt(code, cursor);
  if (place === undefined) return undefined;
  const [, head = "", name = ""] = /^([ \t]*%{1,2})(\w*)/.exec(code.slice(place.start)) ?? [];
  const [start, end] = [place.start + head.length, place.start + head.length + name.length];
  return cursor > end && magicNamed(name)?.takesCode ? undefined : described(magicNamed(name), start, end);
}

function described(magic: Magic | undefined, start: number, end: number): Inspection | null {
  if (magic === undefined) return null;
  const data = {
    "text/plain": `${magic.usage}\n\n${magic.summary}`,
    "text/markdown": `\`${magic.usage}\`\n\n${magic.summary}`,
  };
  return { data, start, end };
}
