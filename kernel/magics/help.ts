import type { Magic } from "./types.ts";

const questions: readonly (readonly [string, string])[] = [
  ["?name, name?", "Shows what a name is; with two question marks, how it is written too."],
];

/** Knows the others by the list it is given, which it stands in itself. */
export function help(all: () => readonly Magic[]): Magic {
  return {
    name: "help",
    usage: "%help [NAME]",
    summary: "Lists these commands, or explains one.",
    run(argument, { say }) {
      const name = argument.replace(/^%+/, "");
      const asked = all().filter((magic) => name === "" || magic.name === name);
      if (asked.length === 0)
        throw new SyntaxError(`There is no command %${name} to explain: %help lists them.`);
      const rows = [
        ...asked.map(({ usage, summary }) => [usage, summary] as const),
        ...(name === "" ? questions : []),
      ];
      // Under each other: front ends break lines that are longer than a cell is wide in mid-word.
      say(rows.map(([usage, summary]) => `${usage}\n    ${summary}`).join("\n"));
      return undefined;
    },
  };
}
