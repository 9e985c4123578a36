/** What VS Code does otherwise than JupyterLab: cells are known by URIs, and a notebook may not be saved yet. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const cellOf = (notebook: string, fragment: string) => ({
  cellId: `vscode-notebook-cell:${notebook}#${fragment}`,
  allowStdin: true,
});

it.each([
  ["saved", "/home/ada/coin%20toss.ipynb"],
  ["remote", "//wsl%2Bubuntu/home/ada/coin.ipynb"],
  ["not saved yet", "Untitled-1.ipynb"],
])("a cell of a notebook that is %s is known again by its URI", async (_, notebook) => {
  const [first, second] = [cellOf(notebook, "W0sZmlsZQ%3D%3D"), cellOf(notebook, "W1sZmlsZQ%3D%3D")];
  const declare = `param("a ${notebook}", 1); getParamStore().size`;
  const before = Number(resultText(await kernel.execute("getParamStore().size", second)));
  expect(Number(resultText(await kernel.execute(declare, first)))).toBe(before + 1);
  // Another cell leaves the parameter alone; its own makes it anew and says so.
  expect(Number(resultText(await kernel.execute("getParamStore().size", second)))).toBe(before + 1);
  const again = await kernel.execute(declare, first);
  expect(Number(resultText(again))).toBe(before + 1);
  const notes = again.messages
    .filter(({ header }) => header.msg_type === "display_data")
    .map(({ content }) => content.data["text/plain"]);
  expect(notes.join()).toContain(`a ${notebook}`);
  expect(streamText(again, "stderr")).toBe("");
});
