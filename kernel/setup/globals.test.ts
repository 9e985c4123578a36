import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { globalsText } from "./globals.ts";
import { cacheFolder, root } from "./paths.ts";

// What an editor would do: one file beside dist, one cell that names it, this project's own TypeScript, all checks on.
let folder = "";
const declared = join(root, "dist/globals.d.ts");
beforeAll(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "globals-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function problems(cell: string): string[] {
  const file = join(folder, "cell.ts");
  writeFileSync(file, `/// <reference path="${declared}" />\n${cell}\nexport {};\n`);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    typeRoots: [join(root, "node_modules/@types")],
    types: ["node"],
    skipLibCheck: false,
  });
  // Of the packages' own declarations only these two files are ours.
  return [file, declared].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map((one) => `TS${one.code} ${ts.flattenDiagnosticMessageText(one.messageText, "\n")}`);
  });
}

describe("dist/globals.d.ts", () => {
  it("is what the build would write now", () => {
    expect(readFileSync(declared, "utf8")).toBe(globalsText(root));
  }, 60_000);

  it("gives an editor every name with its type, those of the reader's mistakes included", () => {
    const cell = `
const flips = [1, 0, 1];
function model(data: number[]): void {
  const fairness = sample("fairness", dist.Beta(10, 10));
  plate("flips", data.length, () => {
    sample("flip", dist.Bernoulli(fairness), { obs: data });
  });
}
const svi = new SVI(model, model, new optim.Adam({ lr: 0.02 }), new Trace_ELBO());
const { losses }: { losses: Float32Array } = await svi.run(10, { args: [flips] });
const shown = display(elboCurve(losses));
shown.update(Plot.dot([1]).plot());
const trace: Trace = poutine.trace(model).getTrace(flips);
const answer: string = prompt("name", { password: true });
const sum: tf.Tensor = tf.add(1, 2);
const text: string = math.parse("x^2").toTex() + String(md\`*x*\`) + answer;
pyro.clearParamStore();
widgets.paramStoreView(getParamStore());
await invalidation;
[text, sum, trace, process.pid];`;
    expect(problems(cell)).toEqual([]);
    expect(problems("sample(3); Plot.nothing; const n: number = dist.Normal(0, 1);").length).toBe(3);
  }, 60_000);
});
