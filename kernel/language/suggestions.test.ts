import { afterEach, expect, test } from "vitest";
import { Notebook } from "./testing/notebook.ts";

const notebook = new Notebook();
afterEach(() => notebook.converter.reset());

test.each([
  ["the notebook's own name, not a global one", "function model() { return 1; }", "modle()", "model"],
  [
    "a name of an earlier cell that this one does not mention",
    "const fairness = 1;",
    "fairnes + 1",
    "fairness",
  ],
  ["a name of this cell", "", "const heads = 6;\nheds + 1", "heads"],
  ["a name of the function", "const total = 1;", "(() => { const totals = 2; return totalz; })()", "totals"],
  ["a name of the library", "", "smaple('x', 1)", "sample"],
  ["a module of the prelude", "", "new dits.Normal(0, 1)", "dist"],
  ["a global name", "", "new Dat()", "Date"],
  ["a type of an earlier cell", "interface Penguin { mass: number }", "let p: Pengiun;", "Penguin"],
  ["a namespace", "", "let d: dits.Normal;", "dist"],
])("suggests %s", (_, before, cell, meant) => {
  const messages = notebook.run(before, cell)[1];
  expect(messages).toEqual([expect.stringMatching(new RegExp(`Did you mean '${meant}'\\?$`))]);
});

test("suggests nothing where nothing is near", () => {
  expect(notebook.run("const prior = 1;", "zebras + 1")[1]).toEqual(["TS2304 Cannot find name 'zebras'."]);
});

test("suggests no name of a module of Node", () => {
  expect(notebook.run("modle()")[0]).toEqual(["TS2552 Cannot find name 'modle'."]);
});

test("leaves alone what says more", () => {
  const [messages] = notebook.run("const statu = 1; status;");
  expect(messages).toEqual([expect.stringContaining("Browsers have it")]);
});
