/** Text to tree, by mathjs's parser, which is loaded when the first formula comes. */

import type * as NodeModule from "node:module";
import { builtinModule } from "../builtin-module.ts";
import { loadWhole } from "../interrupt.ts";
import { FormulaError } from "./error.ts";
import type { Node } from "./nodes.ts";
import { notLoaded } from "./not-loaded.ts";

type Parse = (text: string) => Node;

let parser: Parse | undefined;

/** Loads the parser where it cannot be loaded at once: in a browser, before the first formula. */
export async function loadParser(): Promise<void> {
  if (parser === undefined) parser = (await loadWhole(() => import("./mathjs.ts"))).parser.parse as Parse;
}

/** The packages of Node are read at once, so that a formula needs no `await`. */
function requireParser(): Parse {
  const module = builtinModule<typeof NodeModule>("node:module");
  if (module === undefined) throw notLoaded();
  return (module.createRequire(import.meta.url)("mathjs/number") as { parse: Parse }).parse;
}

/** @throws FormulaError where the text is not a formula; the caret stands where mathjs gave up. */
export function parse(text: string): Node {
  parser ??= requireParser();
  let tree: Node;
  try {
    tree = parser(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // mathjs counts characters from 1.
    const { char } = error as SyntaxError & { char?: number };
    const start = Math.min((char ?? 1) - 1, text.length);
    throw new FormulaError(
      {
        what: `The formula cannot be read: ${lowerFirst(error.message.replace(/ \(char \d+\)$/, ""))}`,
        expected: "an expression in the syntax of mathjs, such as `alpha + beta * x`",
        cause: error,
      },
      text,
      { start, end: start + 1 },
    );
  }
  if (tree.type === "ConstantNode" && tree.value === undefined && text.trim() !== "undefined") {
    throw new FormulaError(
      { what: "The formula is empty", expected: "an expression, such as `alpha + beta * x`" },
      text,
    );
  }
  return tree;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
