import { expect, it } from "vitest";
import { indexOf, titleOf } from "./handout.ts";

const notebook = (...sources: string[]) =>
  JSON.stringify({ cells: sources.map((source) => ({ cell_type: "markdown", source })) });

it("a notebook is called by its first heading, or by its file", () => {
  expect(titleOf(notebook("before", "text\n# 1 · A coin\n## more"), "01-coin")).toBe("1 · A coin");
  expect(titleOf(notebook("## only a section"), "02-other")).toBe("02-other");
});

it("the index links every page, titles as text", () => {
  const page = indexOf([{ name: "01-a b", title: '<b>Bayes & "co"' }]);
  expect(page).toContain('<a href="01-a%20b.html">&#60;b&#62;Bayes &#38; &#34;co&#34;</a>');
});
