/**
 * Every picture in a real browser, light and dark: all text stands inside of it, no two texts on each other, each with
 * enough contrast. And all pictures as they looked when somebody last looked at them: a sheet a theme, compared by what
 * is seen from afar, because fonts differ from machine to machine. `--update-snapshots` draws the sheets anew; look at them.
 */
import { expect, test } from "@playwright/test";
import { openStudio } from "../../widgets/host/static.ts";
import { viewCases } from "../../widgets/testing/view-cases.ts";
import { compareSheet } from "./sheet.ts";

const names = Object.keys(viewCases);
test.use({ viewport: { width: 1600, height: 600 } });

async function drawings(theme: "light" | "dark"): Promise<string[]> {
  const { document, views } = await openStudio();
  return names.map((name) => views.serialize(viewCases[name]?.({ document, theme }) as Element));
}

/** What is wrong with the texts of the pictures of a page, by the place of the picture. Runs in the page. */
function faults(): [picture: number, fault: string][] {
  const found: [number, string][] = [];
  const channels = (colour: string) =>
    (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? "0,0,0").split(",").map(Number);
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  document.querySelectorAll("body > div > svg").forEach((svg, picture) => {
    const frame = svg.getBoundingClientRect();
    const ground = luminance(getComputedStyle(svg.querySelector("rect") as Element).fill);
    const texts = [...svg.querySelectorAll("text")].flatMap((text) => {
      const own = text.textContent?.trim() ?? "";
      const box = text.getBoundingClientRect();
      return own === "" || box.width === 0 ? [] : [{ own, box, text }];
    });
    for (const { own, box, text } of texts) {
      const out = Math.max(
        frame.left - box.left,
        box.right - frame.right,
        frame.top - box.top,
        box.bottom - frame.bottom,
      );
      if (out > 1) found.push([picture, `"${own}" stands ${out.toFixed(0)} px outside`]);
      const ink = luminance(getComputedStyle(text).fill);
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      // Words in the colour of a line are held to what graphics are.
      if (contrast < 3) found.push([picture, `"${own}" has a contrast of ${contrast.toFixed(1)}`]);
    }
    texts.forEach((a, i) => {
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Boxes have room above and below their letters.
        if (across > 1.5 && down > 0.4 * Math.min(a.box.height, b.box.height))
          found.push([picture, `"${a.own}" and "${b.own}" stand on each other`]);
      }
    });
  });
  return found;
}

for (const theme of ["light", "dark"] as const) {
  test(`every picture, ${theme}`, async ({ page }, { config }) => {
    const svgs = await drawings(theme);
    await page.setContent(svgs.map((svg) => `<div>${svg}</div>`).join(""));
    const found = (await page.evaluate(faults)).map(([picture, fault]) => `${names[picture]}: ${fault}`);
    expect(found).toEqual([]);

    const images = svgs.map((svg) => `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`);
    // Another font moves letters: up to 1. A picture that has lost its lines or its colours differs by more than 3.
    const ground = theme === "light" ? "#ddd" : "#000";
    const sheet = { name: `gallery-${theme}`, tiles: names, images, ground, tolerance: () => 3 };
    await compareSheet(page, sheet, config);
  });
}
