import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Gc = (options: { type: "major"; execution: "sync"; flavor: "regular" | "last-resort" }) => void;
let gc: Gc | undefined;

/** Frees what nothing refers to, now. */
export function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as Gc;
  }
  gc({ type: "major", execution: "sync", flavor: "regular" });
  const { rss, heapUsed } = process.memoryUsage();
  // Only V8's last resort gives empty pages back to the system; it takes its time where much is alive.
  if (heapUsed < rss / 4) gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
