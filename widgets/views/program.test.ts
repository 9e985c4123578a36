import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import type { ExplainedGroup } from "../../lib/jit/explain/explain.ts";
import { attack, drawn, isHarmless } from "../testing/draw.ts";
import { type ProgramData, program } from "./program.ts";

const group = (more: Partial<ExplainedGroup>): ExplainedGroup => ({
  title: "scalars",
  kind: "loop",
  runner: "javascript",
  operations: ["add", "mul x 2"],
  reads: [],
  writes: [],
  after: [],
  elements: 1,
  microseconds: 0.1,
  ...more,
});
const data = (name: string, groups: readonly ExplainedGroup[]): ProgramData => ({
  name,
  explanation: {
    mode: "javascript+webassembly",
    kernels: new Map([["Add", groups.length * 3]]),
    opaque: new Map(),
    groups,
    microseconds: groups.reduce((sum, { microseconds }) => sum + microseconds, 0),
    draws: 1,
    bytes: 4096,
    stateBytes: 8,
    wasmBytes: 0,
  },
});
const rows: Record<string, ProgramData> = {
  "program-layer": data("layer", [
    group({
      title: "draw of 50",
      kind: "draw",
      runner: "library",
      operations: ["TspyroNormal"],
      microseconds: 2,
    }),
    group({
      title: "product [300 x 50] [50 x 20]",
      kind: "matmul",
      runner: "webassembly",
      operations: [],
      reads: ["w"],
      after: [0],
      microseconds: 120,
    }),
    group({
      title: "loop over 300 x 20",
      runner: "webassembly",
      operations: ["add", "tanh", "sum"],
      reads: ["b"],
      after: [1],
      microseconds: 33,
    }),
    group({ title: "scalars, in 3 parts", after: [0, 2], writes: ["b"] }),
  ]),
  "program-many": data(
    "many",
    Array.from({ length: 40 }, (_, i) => group({ microseconds: i, after: i > 0 ? [i - 1] : [] })),
  ),
  "program-attack": data(attack, [group({ title: attack, operations: [attack], reads: [attack] })]),
  "program-empty": data("nothing", []),
};

describe.each(Object.entries(rows))("%s", (name, one) => {
  it("looks as it did", async () => {
    await expect(await drawn(program, one)).toMatchFileSnapshot(`snapshots/${name}.svg`);
  });

  it("is a whole SVG in both themes and widths, and holds no markup of its data", async () => {
    for (const theme of ["light", "dark"] as const) {
      for (const width of [420, 680]) {
        const svg = await drawn(program, one, { theme, width });
        expect(new Resvg(svg).width).toBe(width);
        expect(svg).toMatch(/^<svg [^>]*aria-label="Program of [^"]{5,}"/);
        expect(svg).not.toMatch(/ (?:d|transform|[xy][12]?|width|height)="[^"]*(?:NaN|Infinity|-\d)/);
        expect(isHarmless(svg)).toBe(true);
      }
    }
  });
});
