/** A text, parsed and compiled once however often it is used. */
import type * as tf from "@tensorflow/tfjs-core";
import { compileTensor } from "./compile.ts";
import type { Frame } from "./frame.ts";
import { type FreeNames, freeNames, namesOf } from "./names.ts";
import type { Node } from "./nodes.ts";
import { parse } from "./parse.ts";
import { Source } from "./source.ts";

export interface Program {
  readonly text: string;
  readonly tree: Node;
  readonly source: Source;
  /** Names that need a value. */
  readonly free: FreeNames;
  /** Every name in it, those of constants and functions too: a scope may give them another meaning. */
  readonly names: FreeNames;
  run(frame: Frame): tf.Tensor;
}

const KEPT = 1000;
const programs = new Map<string, Program>();

/** @throws FormulaError where the text is not a formula, or has parts that formulas do not know */
export function programOf(text: string): Program {
  const known = programs.get(text);
  if (known !== undefined) return known;
  const tree = parse(text);
  const source = new Source(text, tree);
  const free = freeNames(tree);
  const program = { text, tree, source, free, names: namesOf(tree), run: compileTensor(tree, source) };
  if (programs.size >= KEPT) programs.delete(programs.keys().next().value as string);
  programs.set(text, program);
  return program;
}
