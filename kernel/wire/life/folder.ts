import { join, resolve } from "node:path";

/** The files of one kernel, which keeps its connection file when Jupyter starts it again. */
export interface LifeFiles {
  readonly record: string;
  /** Where Node writes what V8 died of. */
  readonly report: string;
}

const longestName = 180;

export function lifeFiles(root: string, connectionFile: string): LifeFiles {
  const name = encodeURIComponent(resolve(connectionFile)).slice(-longestName);
  const folder = join(root, ".cache", "kernels");
  return { record: join(folder, name), report: join(folder, `${name}.report.json`) };
}
