import { type Magic, oneOf } from "./types.ts";

const choices = ["cell", "all", "off"] as const;

export const paramStore: Magic = {
  name: "param_store",
  usage: "%param_store cell|all|off",
  summary:
    "Which parameters are cleared when a cell runs again: those it created (cell), all, or none (off).",
  choices,
  run(argument, { params, say }) {
    if (argument === "") say(`%param_store ${params.policy}`);
    else params.policy = oneOf(choices, argument, "param_store");
    return undefined;
  },
};
