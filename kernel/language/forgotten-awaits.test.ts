import { afterAll, expect, test } from "vitest";
import { Notebook } from "./testing/notebook.ts";

const notebook = new Notebook();
afterAll(() => notebook.close());

notebook.run("const svi = new SVI(); async function own() { return svi.run(1); }");

test.each([
  ["the last line", "svi.run(10)"],
  ["a statement", "svi.run(10); svi.losses.length"],
  ["in a function", "async function train() { svi.run(10); return svi.losses; }"],
  ["in a block", "for (const n of [1, 2]) { svi.run(n); }"],
])("a run that nothing waits for is told of: %s", (_where, code) => {
  const found = notebook.converter.check({ code });
  expect(found.map(({ category, message }) => [category, message.split(":")[0]])).toEqual([
    ["warning", "svi.run(...) returns a promise that nothing waits for"],
  ]);
  expect(found[0]?.text).toMatch(
    /^line 1:\d+ - warning: svi\.run[\s\S]*Write `await svi\.run\(\.\.\.\)`[\s\S]*\^{7}$/,
  );
});

test.each([
  ["awaited", "await svi.run(10)"],
  ["meant", "void svi.run(10);"],
  ["kept", "const running = svi.run(10); (await running).losses.length"],
  ["handled", "svi.run(10).then(({ losses }) => losses.length)"],
  ["returned", "const later = () => svi.run(10);"],
  ["the reader's own", "own();"],
  ["no promise", "svi.losses.at(0)"],
])("nothing is said of one that is %s", (_what, code) => {
  expect(notebook.run(code)).toEqual([[]]);
});
