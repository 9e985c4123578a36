import { expect, it } from "vitest";
import { toJavaScript } from "./expression.ts";

const names = { notebook: new Set(["URL", "plain"]), local: new Set<string>() };

it.each([
  { typed: "(plain as number) + 1", js: "((plain          ) + 1\n)" },
  { typed: "URL.length", js: "(URL\u200d.length\n)" },
  { typed: "{ URL }", js: "({ URL: URL\u200d }\n)" },
  { typed: "const inner: string = URL", js: "const inner         = URL\u200d" },
  { typed: "(URL) => URL", js: "((URL) => URL\n)" },
  { typed: "1 +", js: "1 +" },
])("$typed is $js to V8", ({ typed, js }) => {
  expect(toJavaScript(typed, names)).toBe(js);
});

it("leaves names alone that the function has declared", () => {
  expect(toJavaScript("URL", { ...names, local: new Set(["URL"]) })).toBe("(URL\n)");
});
