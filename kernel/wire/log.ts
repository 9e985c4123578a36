import { writeSync } from "node:fs";

/** Most lines a second; what is beyond is counted. */
const most = 10;
const window = 1000;

export type Log = (text: string) => void;

/**
 * Lines for the terminal of the server, past `process.stderr`, which belongs to cells. A flood of them is not worth
 * drowning in: of more than ten a second only the number is told.
 */
export function createLog(write: Log = toTerminal): Log {
  let [count, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];
  return (text) => {
    if (++count <= most) write(text);
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      if (count > most) write(`... and ${count - most} more lines like these.`);
      [count, timer] = [0, undefined];
    }, window).unref();
  };
}

function toTerminal(text: string): void {
  try {
    writeSync(2, `tspyro: ${text}\n`);
  } catch {
    // Nobody reads: a terminal that is closed, or a full pipe.
  }
}
