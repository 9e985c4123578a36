import type { Magic } from "./types.ts";

export const time: Magic = {
  name: "time",
  usage: "%time CODE, %%time",
  summary: "Tells how long the cell took: on the clock, and in this process's threads together.",
  takesCode: true,
  run(_argument, { say }) {
    const [clock, cpu] = [performance.now(), process.cpuUsage()];
    return () => {
      const { user, system } = process.cpuUsage(cpu);
      const [wall, used] = [performance.now() - clock, (user + system) / 1000];
      say(`Wall time ${duration(wall)}, CPU time ${duration(used)}`);
    };
  },
};

/** Milliseconds in the unit that reads best, three digits. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${digits(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${digits(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${digits(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
