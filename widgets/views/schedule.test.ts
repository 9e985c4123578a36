import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { attack, drawn, isHarmless } from "../testing/draw.ts";
import { type ScheduleData, schedule } from "./schedule.ts";

const epochs = (n: number) => Array.from({ length: n }, (_, epoch) => epoch);
const rows: Record<string, ScheduleData> = {
  "schedule-steps": {
    scheduler: "StepLR",
    points: epochs(31).map((epoch) => ({ epoch, lr: 0.1 * 0.5 ** Math.floor(epoch / 10) })),
  },
  "schedule-momentum": {
    scheduler: "OneCycleLR",
    points: epochs(200).map((epoch) => ({
      epoch,
      lr: 0.01 * (1 - Math.abs(epoch - 60) / 150),
      momentum: 0.85 + 0.1 * Math.abs(epoch / 200 - 0.3),
    })),
  },
  "schedule-one": { scheduler: attack, points: [{ epoch: 0, lr: 0 }] },
  "schedule-nan": { scheduler: "Mine", points: [0.1, Number.NaN, 0.3].map((lr, epoch) => ({ epoch, lr })) },
  "schedule-empty": { scheduler: "Mine", points: [] },
};

describe.each(Object.entries(rows))("%s", (name, data) => {
  it("looks as it did", async () => {
    await expect(await drawn(schedule, data)).toMatchFileSnapshot(`snapshots/${name}.svg`);
  });

  it("is a whole SVG in both themes, says what it shows, and holds no markup of its data", async () => {
    for (const theme of ["light", "dark"] as const) {
      const svg = await drawn(schedule, data, { theme });
      const { width, height } = new Resvg(svg);
      expect([width, height]).toEqual([680, name === "schedule-momentum" ? 478 : 268]);
      expect(svg).toMatch(/^<svg [^>]*aria-label="Schedule of [^"]{10,}"/);
      expect(svg).not.toMatch(/ (?:d|transform|[xy][12]?|c[xy]|width|height)="[^"]*(?:NaN|Infinity)/);
      expect(isHarmless(svg)).toBe(true);
    }
  });
});
