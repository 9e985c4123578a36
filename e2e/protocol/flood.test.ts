import { describe, expect, it } from "vitest";
import { Kernel, resultText, streamText } from "./client.ts";

const lines = 1_000_000;

async function withKernel(
  use: (kernel: Kernel) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const kernel = await Kernel.ready({ env });
  try {
    await use(kernel);
  } finally {
    await kernel.stop();
  }
}

/** How many lines the notices of a text say are left out. */
const leftOut = (text: string) =>
  [...text.matchAll(/^\[(\d+) lines, [^\]]* are left out here\./gm)].reduce(
    (sum, [, one]) => sum + Number(one),
    0,
  );

describe("a flood of output", () => {
  it(`of ${lines} lines is throttled: every line is shown or counted, the last ones are shown`, () =>
    withKernel(async (kernel) => {
      const flood = await kernel.execute(`for (let i = 0; i < ${lines}; i++) console.log('line', i);`);
      const text = streamText(flood);
      const shown = text.match(/^line \d+$/gm) ?? [];
      expect(shown[0]).toBe("line 0");
      expect(shown.at(-1)).toBe(`line ${lines - 1}`);
      expect(shown.length + leftOut(text)).toBe(lines);
      expect(text.length).toBeLessThan(4_000_000);
      expect(flood.messages.length).toBeLessThan(1000);
      expect(text).toContain("TSPYRO_OUTPUT_LIMIT");
      expect(flood.messages.at(-1)?.content.execution_state).toBe("idle");
      // The next cell has an allowance of its own.
      const next = await kernel.execute("console.log('next')");
      expect(streamText(next)).toBe("next\n");
      expect(resultText(await kernel.execute("1 + 1"))).toBe("2");
    }));

  it("shows where it is while it lasts", () =>
    withKernel(
      async (kernel) => {
        const running = await kernel.begin(
          "const until = Date.now() + 6000; for (let i = 0; Date.now() < until; i++) { console.log('at', i); if (i % 10 === 0) await new Promise((r) => setTimeout(r, 1)); }",
        );
        let lasts = true;
        const done = running.done.finally(() => {
          lasts = false;
        });
        const seen = () => leftOut(running.messages.map(({ content }) => content.text ?? "").join(""));
        while (lasts && seen() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        expect(lasts).toBe(true);
        expect(seen()).toBeGreaterThan(0);
        await done;
      },
      { TSPYRO_OUTPUT_LIMIT: "1000" },
    ));

  it("passes whole where no limit is wanted", () =>
    withKernel(
      async (kernel) => {
        const flood = await kernel.execute("for (let i = 0; i < 300_000; i++) console.log('line', i);");
        expect(streamText(flood).match(/^line \d+$/gm)).toHaveLength(300_000);
      },
      { TSPYRO_OUTPUT_LIMIT: "off" },
    ));
});
