import { type Magic, oneOf } from "./types.ts";

const choices = ["error", "warn", "off"] as const;

export const typecheck: Magic = {
  name: "typecheck",
  usage: "%typecheck error|warn|off",
  summary:
    "What becomes of type errors: the cell does not run (error), they are shown (warn), or nothing (off).",
  choices,
  run(argument, { types, say }) {
    if (argument === "") say(`%typecheck ${types.mode}`);
    else types.mode = oneOf(choices, argument, "typecheck");
    return undefined;
  },
};
