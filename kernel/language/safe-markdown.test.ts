import { describe, expect, it } from "vitest";
import { safeMarkdown } from "./safe-markdown.ts";

describe("safeMarkdown", () => {
  it.each([
    ["An image <img src=x onerror=alert(1)>", "An image &lt;img src=x onerror=alert(1)>"],
    ["</script><!-- -->", "&lt;/script>&lt;!-- -->"],
    ["[a](javascript:alert(1))", "[a]\\(javascript:alert(1))"],
    ["[a]( JaVaScript:alert(1))", "[a]\\( JaVaScript:alert(1))"],
    ["[a](<javascript:alert(1)>)", "[a]\\(&lt;javascript:alert(1)>)"],
    ["[a](java&#115;cript:alert(1))", "[a]\\(java&#115;cript:alert(1))"],
    ["![a](data:text/html,x)", "![a]\\(data:text/html,x)"],
    ["[a]:\njavascript:alert(1)", "[a]\\:\njavascript:alert(1)"],
    ["<javascript:alert(1)>", "&lt;javascript:alert(1)>"],
    // Two lines with one backtick each are code, or none, depending on who reads.
    ["a `b\n` [x](javascript:1) `c", "a `b\n` [x]\\(javascript:1) `c"],
    ["\\` [x](javascript:1) \\`", "\\` [x]\\(javascript:1) \\`"],
    ["- ```\n[x](javascript:1)", "- ```\n[x]\\(javascript:1)"],
    ["~~~\n```\n~~~\n[x](javascript:1)", "~~~\n```\n~~~\n[x]\\(javascript:1)"],
    ["```\ncode\n   ```\n[x](javascript:1)", "```\ncode\n   ```\n[x]\\(javascript:1)"],
  ])("takes the power of %j", (given, expected) => {
    expect(safeMarkdown(given)).toBe(expected);
  });

  it.each([
    "See [the manual](https://example.org/a?b=1&c=2) or [below](#below): 1 < 2 && 3 > 2.",
    "`Map<string, number>` and `[x](y)`",
    "```ts\nconst a: Map<string, number> = b[0](c);\n```\nbehind",
    "[a]: https://example.org",
  ])("leaves %j as it is", (text) => {
    expect(safeMarkdown(text)).toBe(text);
  });

  it("ends a fence that is left open", () => {
    expect(safeMarkdown("```\n<b>")).toBe("```\n<b>\n```");
  });
});
