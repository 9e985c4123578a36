import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** What the machine, or the container, has in bytes. */
export interface Machine {
  readonly total: number;
  /** What could be taken without swapping; undefined where the system does not say. */
  free(): number | undefined;
}

export function thisMachine(): Machine {
  // Without a limit it is 0 or some number beyond all memory.
  const container = process.constrainedMemory();
  const physical = totalmem();
  const contained = container > 0 && container < physical;
  return {
    total: contained ? container : physical,
    free: () => {
      // Elsewhere the number leaves out what the system would give up at once.
      if (process.platform !== "linux") return undefined;
      const left = contained ? containerRoom(container) : undefined;
      return left === undefined ? freemem() : Math.min(freemem(), left);
    },
  };
}

/**
 * Bytes that this process takes. Memory that is reserved and has never been written to counts a quarter: it costs
 * nothing yet, but a loop that goes on reserving would end in V8's abort.
 */
export function usedMemory(): number {
  const resident = process.memoryUsage.rss();
  if (process.platform !== "linux") return resident;
  const pages = Number(readFileSync("/proc/self/statm", "utf8").split(" ")[5]);
  return Math.max(resident, (pages * 4096) / 4);
}

const versions = [
  { used: "/sys/fs/cgroup/memory.current", stat: "/sys/fs/cgroup/memory.stat", name: "inactive_file" },
  {
    used: "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    stat: "/sys/fs/cgroup/memory/memory.stat",
    name: "total_inactive_file",
  },
] as const;

/** What a container has left, files that are only kept for later not counted as used. */
function containerRoom(total: number): number | undefined {
  for (const { used, stat, name } of versions) {
    try {
      const cached = new RegExp(`^${name} (\\d+)$`, "m").exec(readFileSync(stat, "utf8"))?.[1] ?? 0;
      return total - Number(readFileSync(used, "utf8")) + Number(cached);
    } catch {
      // The other version of control groups, or none that can be seen from here.
    }
  }
  return undefined;
}
