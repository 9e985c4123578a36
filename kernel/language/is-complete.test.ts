import { describe, expect, test } from "vitest";
import { isComplete } from "./is-complete.ts";

describe("isComplete", () => {
  test.each([
    "",
    "  \n",
    "1 + 1",
    "const x = 3",
    "function f() {\n\n}",
    "await fetch('a')",
    "for (;;) {}\n",
    "const f = <T>(x: T) => x",
    "class A { @dec m() {} }",
    "x // {",
    "'{'",
    "`a $" + "{b} c`",
    "%param_store off",
    "%typecheck off\nx",
    "declare function f(): void;",
    "{ using r = open() }",
    "if (a) b\nelse c",
    "/a{1}/.test('a')",
    "let 变量 = '😀'",
  ])("complete: %j", (code) => expect(isComplete(code)).toEqual({ status: "complete" }));

  test.each([
    ["if (a) {", "  "],
    ["for (const x of y) {\n  if (z) {", "    "],
    ["for (const x of y) {\n  f(x);\n", "  "],
    ["function f() {\n\n", "  "],
    ["1 +", ""],
    ["const x =", ""],
    ["svi.", ""],
    ["f(1,", "  "],
    ["f(1, {\n  a: 1,", "  "],
    ["const a = [\n  1,", "  "],
    ["`a $" + "{", "  "],
    ["`abc\n", ""],
    ["/* note", ""],
    ["function f()", ""],
    ["class A", ""],
    ["class A {\n  m() {", "    "],
    ["x =>", ""],
    ["const f = <T>(x: T) => {", "  "],
    ["try {\n  a()\n}", ""],
    ["if (a)", ""],
    ["import { a } from", ""],
    ["@dec", ""],
    ["type A = {", "  "],
    ["%typecheck off\nwhile (true) {", "  "],
  ])("incomplete: %j", (code, indent) => expect(isComplete(code)).toEqual({ status: "incomplete", indent }));

  test.each([
    "x }",
    "const = 3",
    "let x = 3 4",
    "if x {",
    "f(1, 2))",
    "a = 'x",
    'a = "x\n',
    "function (",
    "foo bar",
    "const x = ];\nif (a) {",
    "1abc",
    "x = /a",
  ])("invalid: %j", (code) => expect(isComplete(code)).toEqual({ status: "invalid" }));
});
