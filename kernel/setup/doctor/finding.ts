/** One thing that was looked at. */
export interface Finding {
  what: string;
  /** What there is; or what is wrong and how to mend it. */
  says: string;
  /** "missing" and "stale" call for set-up; "less" is something that one can do without. */
  state: "ok" | "less" | "stale" | "missing";
}

/** How most things are mended. */
export const setUp = "run `npm run setup`";
/** Where set-up thinks that it is done. */
export const setUpAgain = "run `npm run setup -- --again`";

export type Check = (machine: Machine) => Finding | readonly Finding[] | Promise<Finding>;

/** What is examined: this project on this machine, or one that a test has made. */
export interface Machine {
  /** The project's folder. */
  root: string;
  env: NodeJS.ProcessEnv;
  platform: string;
  node: { version: string; path: string };
}

/** This project, on this machine, by this Node. */
export function thisMachine(root: string): Machine {
  const node = { version: process.version, path: process.execPath };
  return { root, env: process.env, platform: process.platform, node };
}
