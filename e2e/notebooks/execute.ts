import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectEnvironment } from "../../kernel/setup/environment.ts";
import { cacheFolder, root, venvPython } from "../../kernel/setup/paths.ts";

export interface Output {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, string | string[]>;
  ename?: string;
  evalue?: string;
}

export interface Cell {
  id: string;
  cell_type: "code" | "markdown";
  source: string | string[];
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
}

/** Runs `notebooks/<name>.ipynb` by nbclient from top to bottom and returns it with its outputs. */
export async function executeNotebook(name: string, timeoutSeconds = 120): Promise<Notebook> {
  const folder = join(cacheFolder, "notebooks");
  await mkdir(folder, { recursive: true });
  const output = join(folder, `${name}.ipynb`);
  await promisify(execFile)(
    venvPython,
    [
      "-m",
      "jupyter",
      "execute",
      join(root, "notebooks", `${name}.ipynb`),
      `--output=${output}`,
      `--timeout=${timeoutSeconds}`,
    ],
    { env: projectEnvironment(), maxBuffer: 1 << 26 },
  );
  return JSON.parse(await readFile(output, "utf8")) as Notebook;
}

const joined = (text: string | string[] | undefined): string =>
  Array.isArray(text) ? text.join("") : (text ?? "");

export function outputsOf(notebook: Notebook, cellId: string): Output[] {
  const cell = notebook.cells.find((candidate) => candidate.id === cellId);
  if (cell === undefined) throw new Error(`the notebook has no cell "${cellId}"`);
  return cell.outputs ?? [];
}

/** What a cell printed, its streams joined. */
export function printed(notebook: Notebook, cellId: string, stream = "stdout"): string {
  return outputsOf(notebook, cellId)
    .filter((output) => output.output_type === "stream" && output.name === stream)
    .map((output) => joined(output.text))
    .join("");
}

/** The mime types that a cell's pictures and results come with. */
export function mimeTypes(notebook: Notebook, cellId: string): string[] {
  return outputsOf(notebook, cellId).flatMap((output) => Object.keys(output.data ?? {}));
}

export function errorsIn(notebook: Notebook): string[] {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .filter((output) => output.output_type === "error")
    .map((output) => `${output.ename}: ${output.evalue}`);
}
