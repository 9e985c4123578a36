import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { type Lab, startLab } from "../../kernel/setup/lab.ts";
import { cacheFolder, root } from "../../kernel/setup/paths.ts";

/** The folder that a lab of this name works in. */
export const labFolder = (name: string): string => join(cacheFolder, "browser", name);

/** A real JupyterLab on a copy of the course without its outputs: a test may edit and save, and waits for outputs of its own. */
export async function labOnCopy(name: string): Promise<Lab> {
  const folder = labFolder(name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(root, "notebooks"), folder, { recursive: true });
  for (const file of await readdir(folder))
    if (file.endsWith(".ipynb")) await clearOutputs(join(folder, file));
  const lab = await startLab({ folder, log: "ignore" });
  if (lab === undefined) throw new Error("JupyterLab was ended while it started");
  return lab;
}

async function clearOutputs(file: string): Promise<void> {
  const notebook = JSON.parse(await readFile(file, "utf8")) as { cells: { cell_type: string }[] };
  for (const cell of notebook.cells)
    if (cell.cell_type === "code") Object.assign(cell, { execution_count: null, outputs: [] });
  await writeFile(file, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** Puts an edited copy of a notebook beside it. */
export async function writeVariant(
  lab: string,
  notebook: string,
  variant: string,
  edit: (text: string) => string,
): Promise<void> {
  const before = await readFile(join(labFolder(lab), notebook), "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`the edit changes nothing in ${notebook}`);
  await writeFile(join(labFolder(lab), variant), after);
}

/** Opens a notebook in a workspace of its own and waits until its kernel is idle. */
export async function openNotebook(page: Page, lab: Lab, notebook: string): Promise<void> {
  const workspace = `test-${Date.now()}`;
  await page.goto(`${lab.origin}/lab/workspaces/${workspace}/tree/${notebook}?token=${lab.token}&reset`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
  await idle(page);
}

/** Waits until the page has its kernel, and that has nothing left to do. */
export async function idle(page: Page, timeout = 120_000): Promise<void> {
  await expect.poll(() => hasKernel(page), { message: "the page has its kernel", timeout }).toBe(true);
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first().waitFor({ timeout });
}

/** The page's indicator is idle before there is a kernel too: whoever runs cells then is asked which kernel to take. */
async function hasKernel(page: Page): Promise<boolean> {
  const { origin, pathname } = new URL(page.url());
  const sessions = (await (await page.request.get(`${origin}/api/sessions`)).json()) as readonly {
    path: string;
    kernel: { execution_state: string; connections: number } | null;
  }[];
  const kernel = sessions.find(({ path }) => decodeURIComponent(pathname).endsWith(path))?.kernel;
  return kernel != null && kernel.connections > 0 && kernel.execution_state === "idle";
}

/** The code cell whose source contains `text`. */
export function codeCell(page: Page, text: string): Locator {
  return page
    .locator(".jp-CodeCell")
    .filter({ has: page.locator(".jp-InputArea", { hasText: text }) })
    .first();
}

export async function runAll(page: Page): Promise<void> {
  await page.locator(".jp-Notebook .jp-Cell").first().click();
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
}

/** Runs one cell as a reader does: click into it, Ctrl+Enter. */
export async function runCell(cell: Locator): Promise<void> {
  await cell.locator(".jp-InputArea-editor .cm-content").click();
  await cell.page().keyboard.press("Control+Enter");
}

/** Puts a notebook of these cells into the folder of a lab. */
export async function writeNotebook(lab: string, name: string, cells: readonly string[]): Promise<void> {
  const notebook = {
    cells: cells.map((source, i) => ({
      ...{ id: `cell-${i}`, cell_type: "code", execution_count: null, metadata: {}, outputs: [], source },
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (Pyro)", language: "typescript", name: "tspyro" },
      language_info: { name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  await writeFile(join(labFolder(lab), name), JSON.stringify(notebook));
}

export async function setTheme(page: Page, name: "Light" | "Dark"): Promise<void> {
  await page.getByRole("menuitem", { name: "Settings", exact: true }).click();
  await page.locator(".lm-Menu-item", { hasText: /^Theme$/ }).hover();
  await page.locator(".lm-Menu-item", { hasText: new RegExp(`^JupyterLab ${name}$`) }).click();
  await expect(page.locator("body")).toHaveAttribute("data-jp-theme-light", String(name === "Light"));
}
