import remapping from "@jridgewell/remapping";
import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from "@jridgewell/trace-mapping";
import type { AnyNode, Program, VariableDeclaration } from "acorn";
import MagicString from "magic-string";
import { importText } from "./import-text.ts";
import { intrinsic } from "./intrinsics.ts";
import { addInterruptChecks } from "./loops.ts";
import { internalName, isGlobal, kernelName, scriptPrefix, unknownName } from "./names.ts";
import type { ParsedCell } from "./parse.ts";
import { resultOf } from "./result.ts";
import { childrenOf } from "./scope.ts";
import type { CellPlace } from "./syntax-error.ts";
import { hoistedVars, rewriteVar } from "./vars.ts";

export interface RewriteContext {
  /** Number of this execution; names the script in stack traces. */
  readonly run: number;
  /** Names that earlier cells declared, or that the prelude gave. */
  knows(name: string): boolean;
  /** Names that were forgotten: V8 has them still, so the cell's code means another one, which nobody has. */
  forgot?(name: string): boolean;
}

export interface RewrittenCell {
  /** What V8's REPL mode runs. */
  readonly code: string;
  /** The names that the cell gives to the notebook. */
  readonly declared: readonly string[];
  /** The place in the cell of a place (from 1) in `code`. */
  locate(line: number, column: number): CellPlace | undefined;
  /** Source map from `code` to the cell, as JSON. */
  map(): string;
}

/**
 * Turns a parsed cell into a script for V8's REPL mode, which keeps top-level names between scripts and lets a later
 * one declare them anew as long as the *kind* is the same: so everything becomes `let`, functions hoisted to the front.
 * It has no modules, so imports become calls; its global scope is everybody's, so some names change (see names.ts).
 */
export function rewriteCell(cell: ParsedCell, context: RewriteContext): RewrittenCell {
  const { program, javascript, scopes, source } = cell;
  const text = new MagicString(javascript);
  const words = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c]*/gu));
  // Helpers that esbuild added are this run's own: classes of earlier cells go on using theirs.
  const own = (name: string) => (words.has(name) ? internalName(name) : `${name}$${context.run}\u200d`);
  const rename = (name: string) => {
    if (scopes.declared.has(name)) return own(name);
    if (context.knows(name)) return internalName(name);
    return context.forgot?.(name) === true ? unknownName(name) : name;
  };

  for (const { name, start, end, shorthand } of scopes.occurrences) {
    const perCell = name === "invalidation" && !scopes.declared.has(name) && !isGlobal(name);
    const to = perCell ? `${kernelName.invalidation}(${context.run})` : rename(name);
    if (to !== name) text.update(start, end, shorthand ? `${name}: ${to}` : to);
  }
  addInterruptChecks(program, text);
  rewriteAwaits(program, text);
  rewriteModuleSyntax(program, text);

  const hoisted = hoistedVars(program, scopes);
  const used = new Set(scopes.occurrences.map((one) => one.name));
  const [functions, imports]: [AnyNode[], AnyNode[]] = [[], []];
  const result = resultOf(cell);
  const declaration = (node: AnyNode, inFront: AnyNode) => {
    if (node.type === "FunctionDeclaration" && node.id) {
      const name = own(node.id.name);
      text.prependRight(node.start, `let ${name} = `);
      // Without a name of its own, what the function calls by its name is what the notebook knows by it.
      if (name === node.id.name) text.remove(node.id.start, node.id.end);
      text.appendLeft(node.end, ";");
      functions.push(inFront);
    } else if (node.type === "ClassDeclaration" && node.id) {
      text.prependRight(node.start, `let ${own(node.id.name)} = `);
      text.appendLeft(node.end, ";");
    } else if (node.type === "VariableDeclaration" && node.kind !== "var") {
      text.update(node.start, node.start + node.kind.length, "let");
    }
  };
  const statement = (node: AnyNode): void => {
    switch (node.type) {
      case "ImportDeclaration":
        text.update(node.start, node.end, importText(node, { used, rename: own }));
        imports.push(node);
        return;
      case "ExportAllDeclaration":
        text.update(node.start, node.end, `await ${kernelName.load}(${node.source.raw});`);
        return;
      case "ExportNamedDeclaration":
        if (node.declaration) {
          text.remove(node.start, node.declaration.start);
          declaration(node.declaration, node);
        } else if (node.source) {
          text.update(node.start, node.end, `await ${kernelName.load}(${node.source.raw});`);
        } else text.remove(node.start, node.end);
        return;
      case "ExportDefaultDeclaration": {
        const inner = node.declaration;
        text.remove(node.start, inner.start);
        if ("id" in inner && inner.id) declaration(inner, node);
        else if (/Declaration$/.test(inner.type)) {
          text.prependRight(inner.start, "(");
          text.appendLeft(inner.end, ");");
        }
        return;
      }
      default:
        declaration(node, node);
    }
  };
  for (const node of program.body) statement(node);
  eachVar(program, (node, parent) => rewriteVar(node, parent, hoisted, text));
  if (result !== undefined) {
    text.prependRight(result.start, `${kernelName.result}((`);
    text.appendLeft(result.end, "))");
  }
  moveInFront(program, text, functions, imports);

  const names = [...hoisted].map(own);
  text.prepend(`"use strict"; ${names.length > 0 ? `let ${names.join(", ")}; ` : ""}`);
  text.append(`\n;undefined\n//# sourceURL=${scriptPrefix}${context.run}`);
  return {
    code: text.toString(),
    declared: [...scopes.declared].filter((name) => words.has(name)),
    ...locator(text, cell.map),
  };
}

/** Functions, then imports (in their order), then everything else. */
function moveInFront(
  program: Program,
  text: MagicString,
  functions: readonly AnyNode[],
  imports: readonly AnyNode[],
): void {
  const move = (node: AnyNode, to: number) => {
    if (node.start !== to) text.move(node.start, node.end, to);
  };
  const leading = program.body.findIndex((one) => one.type !== "ImportDeclaration");
  const behind = program.body[leading]?.start;
  if (behind !== undefined) for (const node of imports) if (node.start > behind) move(node, behind);
  for (const node of functions) move(node, program.body[0]?.start ?? 0);
}

/** What the cell itself awaits can be interrupted. */
function rewriteAwaits(program: Program, text: MagicString): void {
  const around = ({ start, end }: AnyNode, name: string) => {
    text.prependRight(start, `${name}(`);
    text.appendLeft(end, ")");
  };
  const visit = (node: AnyNode): void => {
    if (/^(Function|ArrowFunction|StaticBlock|MethodDefinition|PropertyDefinition)/.test(node.type)) return;
    for (const child of childrenOf(node)) visit(child);
    if (node.type === "AwaitExpression") around(node.argument, kernelName.wait);
    else if (node.type === "ForOfStatement" && node.await) around(node.right, kernelName.each);
  };
  for (const node of program.body) visit(node);
}

/** `import(x)` and `import.meta`, wherever they stand. */
function rewriteModuleSyntax(program: Program, text: MagicString): void {
  const visit = (node: AnyNode): void => {
    if (node.type === "ImportExpression")
      text.update(node.start, node.start + "import".length, kernelName.load);
    else if (node.type === "MetaProperty" && node.meta.name === "import")
      text.update(node.start, node.end, kernelName.meta);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of program.body) visit(node);
}

/** Every `var` that belongs to the cell's top level. */
function eachVar(program: Program, found: (node: VariableDeclaration, parent: AnyNode) => void): void {
  const visit = (node: AnyNode, parent: AnyNode): void => {
    if (/^(Function|Class|ArrowFunction|StaticBlock)/.test(node.type)) return;
    if (node.type === "VariableDeclaration" && node.kind === "var") found(node, parent);
    for (const child of childrenOf(node)) visit(child, node);
  };
  for (const node of program.body) visit(node, program);
}

/** Maps are made when the first error asks for one. */
function locator(text: MagicString, below: string | undefined): Pick<RewrittenCell, "locate" | "map"> {
  let trace: TraceMap | undefined;
  const map = () => {
    const own = text.generateMap({ hires: "boundary" }).toString();
    return below === undefined ? own : intrinsic.JSON.stringify(remapping([own, below], () => null));
  };
  const locate: RewrittenCell["locate"] = (line, column) => {
    trace ??= new TraceMap(map());
    // A call that a cell begins with is placed at what the kernel has put before it: what follows is meant.
    for (const bias of [GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND] as const) {
      const found = originalPositionFor(trace, { line, column: column - 1, bias });
      if (found.line !== null) return { line: found.line, column: found.column + 1 };
    }
    return undefined;
  };
  return { map, locate };
}
