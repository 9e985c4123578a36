import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Lab } from "../../kernel/setup/lab.ts";
import { codeCell, idle, labOnCopy, openNotebook, runCell, writeNotebook } from "./jupyter-lab.ts";

test.use({ viewport: { width: 1500, height: 900 } });

let lab: Lab;

test.beforeAll(async () => {
  lab = await labOnCopy("debugger");
  await writeNotebook("debugger", "debug.ipynb", [
    [
      "interface Flip { heads: number; total: number }",
      "",
      "function share(flip: Flip): number {",
      "  const tails: number = flip.total - flip.heads;",
      "  const ratio = flip.heads / (flip.heads + tails);",
      "  return ratio;",
      "}",
    ].join("\n"),
    "const flips: Flip = { heads: 6, total: 10 };\nconst seen = tf.tensor1d([1, 0, 1]);\nshare(flips);",
  ]);
});

test.afterAll(async () => {
  await lab.stop();
});

/** Clicks beside a line (from 1) of a cell, where its breakpoint is. */
async function clickGutter(cell: Locator, line: number): Promise<void> {
  // The first is a spacer that nobody sees.
  await cell.locator(".cm-breakpoint-gutter .cm-gutterElement").nth(line).click();
}

const button = (page: Page, title: string): Locator =>
  page.locator(`#jp-debugger-sidebar jp-button[title^="${title}"]`);
const variable = (page: Page, name: string): Locator =>
  page.locator(".jp-DebuggerVariables-body jp-tree-item").filter({
    has: page.locator(`.jp-DebuggerVariables-name:text-is("${name}")`),
  });
/** The line that the editor shows as the current one. */
const current = (cell: Locator): Locator => cell.locator(".jp-DebuggerEditor-highlight");

test("a cell stops at a breakpoint, shows its variables, takes a step and goes on", async ({ page }) => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await openNotebook(page, lab, "debug.ipynb");
  const [defining, calling] = [codeCell(page, "function share"), codeCell(page, "share(flips)")];
  // The button is there before the notebook's kernel is.
  const bug = page.locator(".jp-DebuggerBugButton");
  await expect(bug).toHaveAttribute("aria-disabled", "false");
  await runCell(defining);
  await expect(defining.locator(".jp-InputPrompt")).toHaveText("[1]:");

  await bug.click();
  await expect(bug).toHaveAttribute("aria-pressed", "true");
  await clickGutter(defining, 5);
  await expect(page.locator(".jp-DebuggerBreakpoint")).toHaveCount(1);

  await runCell(calling);
  await expect(current(defining)).toHaveText(/const ratio = /, { timeout: 60_000 });
  await expect(page.locator(".jp-DebuggerCallstackFrame").first()).toContainText("share");
  await expect(variable(page, "tails")).toContainText("4");
  await page.screenshot({ path: "test-results/debugger-stopped.png" });

  await button(page, "Next").click();
  await expect(current(defining)).toHaveText(/return ratio/);
  await expect(variable(page, "ratio")).toContainText("0.6");

  // What cells have declared, from the call below.
  await page
    .locator(
      "#jp-debugger-sidebar .jp-DebuggerVariables select, #jp-debugger-sidebar select[aria-label='Scope']",
    )
    .selectOption("Globals");
  await expect(variable(page, "flips")).toContainText("{ heads: 6, total: 10 }");
  await expect(variable(page, "seen")).toContainText("Tensor float32 [3] [ 1, 0, 1 ]");
  await page.screenshot({ path: "test-results/debugger-step.png" });

  await button(page, "Continue").click();
  await idle(page, 30_000);
  await expect(current(defining)).toHaveCount(0);
  await expect(calling.locator(".jp-InputPrompt")).toHaveText("[2]:");
  await page.screenshot({ path: "test-results/debugger-continued.png" });
  expect(problems).toEqual([]);
});
