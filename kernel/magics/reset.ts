import { type Magic, noArgument } from "./types.ts";

export const reset: Magic = {
  name: "reset",
  usage: "%reset",
  summary: "Forgets all variables and parameters of the notebook; modules stay loaded.",
  async run(argument, context) {
    noArgument(argument, "reset");
    const { variables, parameters } = await context.reset();
    context.say(`Forgot ${count(variables, "variable")} and ${count(parameters, "parameter")}.`);
    return undefined;
  },
};

function count(names: readonly string[], what: string): string {
  const shown = names.slice(0, 8).join(", ");
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  return `${names.length} ${what}${names.length === 1 ? "" : "s"}${names.length === 0 ? "" : ` (${shown}${more})`}`;
}
