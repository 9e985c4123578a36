import { join, resolve } from "node:path";

/**
 * Where the history of cells is kept: beside Jupyter's other folders of the project, or where `TSPYRO_HISTORY` says;
 * undefined (in memory only) where it says `off`.
 */
export function historyFolder(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const { TSPYRO_HISTORY: told } = env;
  if (told === "off") return undefined;
  return told === undefined || told === "" ? join(root, ".jupyter", "history") : resolve(told);
}
