import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Flavor = "regular" | "last-resort";
type Gc = (options: { type: "major"; execution: "sync"; flavor: Flavor }) => void;
let gc: Gc | undefined;

/** Frees what nothing refers to, now. */
export function collectGarbage(): void {
  collect("regular");
  const { rss, heapUsed } = process.memoryUsage();
  // Only V8's last resort gives empty pages back to the system; it takes its time where much is alive.
  if (heapUsed < rss / 4) collect("last-resort");
}

export function collect(flavor: Flavor): void {
  if (gc === undefined) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as Gc;
    // V8 takes no compiled code that was kept without this flag.
    setFlagsFromString("--no-expose-gc");
  }
  gc({ type: "major", execution: "sync", flavor });
}
