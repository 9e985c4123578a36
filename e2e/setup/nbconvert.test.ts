import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { closedEnvironment } from "../../kernel/setup/environment.ts";
import { cacheFolder, venvPython } from "../../kernel/setup/paths.ts";

const cells: readonly [source: string, shown: RegExp][] = [
  ["({ a: 1, nested: { list: [1, 2, 3] } })", /<details/],
  ["[{ name: 'Ada', age: 36 }, { name: 'Grace', age: 85 }]", /<table/],
  ["tf.reshape(tf.range(0, 600), [20, 30])", /src="data:image\/png;base64,/],
  ["new dist.Normal(0, 1)", /src="data:image\/svg\+xml;base64,/],
  // Views that wait for a person in JupyterLab: here nobody could press their buttons.
  ["param('a', [1, 2]); paramStoreView(getParamStore(), { edit: true })", /<table[\s\S]*\ba\b/],
  ["distributionSliders(dist.Normal, { loc: [-1, 1], scale: [1, 2] })", /src="data:image\/svg\+xml;base64,/],
  ["traceView(poutine.trace(() => sample('z', dist.Normal(0, 1))).getTrace())", /<table[\s\S]*log density/],
  ["renderModel(() => sample('z', dist.Normal(0, 1)), { distributions: 'tex' })", /begin\{aligned\}/],
];

it("nbconvert shows every value and picture of an executed notebook", { timeout: 180_000 }, async () => {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, "nbconvert-"));
  const notebook = {
    cells: cells.map(([source], i) => ({
      ...{ cell_type: "code", id: `cell-${i}`, execution_count: null, outputs: [], metadata: {}, source },
    })),
    metadata: { kernelspec: { display_name: "TypeScript (Pyro)", language: "typescript", name: "tspyro" } },
    ...{ nbformat: 4, nbformat_minor: 5 },
  };
  writeFileSync(join(folder, "in.ipynb"), JSON.stringify(notebook));
  try {
    const args = ["-m", "nbconvert", "--execute", "--to", "html", "in.ipynb"];
    await promisify(execFile)(venvPython, args, { cwd: folder, env: closedEnvironment(), timeout: 170_000 });
    const outputs = readFileSync(join(folder, "in.html"), "utf8")
      .split('class="jp-Cell-outputWrapper"')
      .slice(1);
    expect(outputs).toHaveLength(cells.length);
    for (const [i, [source, shown]] of cells.entries()) expect(outputs[i], source).toMatch(shown);
    expect(outputs.join("")).not.toContain("widget-view+json");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
