import type { Cell, Notebook } from "./notebook.ts";

interface JupyterCell {
  readonly cell_type: string;
  readonly id?: string;
  readonly metadata?: { readonly tags?: readonly string[] };
  readonly source: string | readonly string[];
}

/** @throws SyntaxError, or Error where the text is no notebook of format 4 */
export function readJupyter(text: string, name: string): Notebook {
  const json = JSON.parse(text) as { nbformat?: number; cells?: readonly JupyterCell[] };
  if (json.nbformat !== 4 || !Array.isArray(json.cells)) {
    throw new Error(`${name} is no Jupyter notebook of format 4`);
  }
  const cells = json.cells.flatMap(({ cell_type, id, metadata, source }: JupyterCell, i): Cell[] => {
    if (cell_type !== "code" && cell_type !== "markdown") return [];
    const tags = metadata?.tags ?? [];
    const whole = typeof source === "string" ? source : source.join("");
    return [{ id: id ?? `cell-${i + 1}`, kind: cell_type, source: whole, tags }];
  });
  const heading = cells.find(({ kind }) => kind === "markdown")?.source.match(/^#\s+(.*)$/m)?.[1];
  return { title: heading ?? name, cells };
}

export function writeJupyter({ cells }: Notebook): string {
  const lines = (source: string) => source.split(/(?<=\n)/);
  const json = {
    cells: cells.map(({ id, kind, source, tags }) => ({
      cell_type: kind,
      ...(kind === "code" && { execution_count: null }),
      id,
      metadata: tags.length === 0 ? {} : { tags },
      ...(kind === "code" && { outputs: [] }),
      source: lines(source),
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (Pyro)", language: "typescript", name: "tspyro" },
      language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}
