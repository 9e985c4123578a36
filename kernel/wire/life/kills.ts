import { readFileSync } from "node:fs";

/** Where Linux counts the processes that it has ended because memory ran out: of this container, or of the machine. */
const counters = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control", "/proc/vmstat"];

/** How many processes the system has ended for want of memory; undefined where it does not say. */
export function memoryKills(files: readonly string[] = counters): number | undefined {
  for (const file of files) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1];
      if (count !== undefined) return Number(count);
    } catch {
      // The other version of control groups, or no Linux.
    }
  }
  return undefined;
}
