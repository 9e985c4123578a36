/**
 * Finds where each part of mathjs's tree stands in the text. Names and numbers are met by a walk through the tree in
 * the order in which they are written, so that one cursor over the tokens finds the leaves; every other part reaches
 * from its first leaf to its last, and then to the brackets that belong to it.
 */
import type { Span } from "./error.ts";
import { childrenOf, type Node, type OperatorNode } from "./nodes.ts";
import { type Token, tokensOf, wordOperators } from "./tokens.ts";

export function spansOf(tree: Node, text: string): Map<Node, Span> {
  return new Walk(tokensOf(text)).run(tree);
}

/** Indices of the first and of the last token. */
type Reach = readonly [first: number, last: number];

class Walk {
  readonly #tokens: readonly Token[];
  readonly #reach = new Map<Node, Reach>();
  #cursor = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  run(tree: Node): Map<Node, Span> {
    this.#visit(tree);
    const spans = new Map<Node, Span>();
    for (const [node, [first, last]] of this.#reach) {
      const [from, to] = [this.#tokens[first], this.#tokens[last]];
      if (from !== undefined && to !== undefined) spans.set(node, { start: from.start, end: to.end });
    }
    return spans;
  }

  #visit(node: Node): void {
    if (node.type === "ConstantNode" || node.type === "SymbolNode") return this.#leaf(node);
    const from = this.#cursor;
    if (node.type === "FunctionAssignmentNode") {
      for (const name of [node.name, ...node.params]) this.#take((token) => token.text === name);
    }
    if (node.type === "RangeNode") this.#range(node.start, node.step, node.end);
    else for (const child of childrenOf(node)) this.#visit(child);
    if (this.#cursor === from) return;
    this.#reach.set(node, this.#grow(node, this.#between(node, from)));
  }

  /** Children, and what was taken without one. */
  #between(node: Node, from: number): Reach {
    const taken = node.type === "FunctionAssignmentNode" ? [this.#next(from)] : [];
    let [first, last] = [taken[0] ?? Number.POSITIVE_INFINITY, this.#cursor - 1];
    for (const child of childrenOf(node)) {
      const reach = this.#reach.get(child);
      if (reach === undefined) continue;
      first = Math.min(first, reach[0]);
      last = Math.max(last, reach[1]);
    }
    return [Number.isFinite(first) ? first : from, last];
  }

  #grow(node: Node, [first, last]: Reach): Reach {
    if (node.type === "ParenthesisNode" || node.type === "ArrayNode") {
      // The rows of `[1, 2; 3, 4]` are arrays without brackets.
      if (this.#tokens[first - 1]?.kind === "open" && this.#tokens[last + 1]?.kind === "close") first--;
    } else if (node.type === "OperatorNode" && node.args.length === 1) {
      if (this.#tokens[first - 1]?.text === node.op) first--;
      else if (this.#tokens[last + 1]?.text === node.op) last++;
    } else if (node.type === "FunctionNode" && node.args.length === 0) last += 1;
    else if (node.type === "OperatorNode" && this.#tokens[last + 1]?.text === "%" && this.#isPercentage(node))
      last++;
    let depth = 0;
    for (let i = first; i <= last; i++) depth += turn(this.#tokens[i]);
    while (depth > 0 && last + 1 < this.#tokens.length) depth += turn(this.#tokens[++last]);
    return [first, last];
  }

  /** mathjs reads `5%` as `5 / 100`. */
  #isPercentage({ fn, args }: OperatorNode): boolean {
    const hundred = args[1];
    return fn === "divide" && hundred !== undefined && !this.#reach.has(hundred);
  }

  /** Of `1:2:3` each part may be left out in an index; mathjs then puts in 1 and `end`. */
  #range(start: Node, step: Node | null, end: Node): void {
    const upcoming = () =>
      this.#tokens.find((token, i) => i >= this.#cursor && !/^[()[\]{},]$/.test(token.text));
    if (upcoming()?.text !== ":") this.#visit(start);
    if (step !== null) this.#visit(step);
    const colon = this.#tokens.findIndex((token, i) => i >= this.#cursor && token.text === ":");
    const after = this.#tokens[colon + 1];
    if (after !== undefined && after.text !== "," && after.kind !== "close") this.#visit(end);
    else if (colon >= 0) this.#cursor = colon + 1;
  }

  #leaf(node: Node): void {
    if (node.type === "SymbolNode") return this.#take((token) => token.text === node.name, node);
    if (node.type !== "ConstantNode") return;
    const { value } = node;
    this.#take(
      (token) => (token.kind === "number" ? Number(token.text) === value : token.text === String(value)),
      node,
    );
  }

  #next(from: number): number {
    return this.#tokens.findIndex(
      (token, i) => i >= from && (token.kind === "name" || token.kind === "number"),
    );
  }

  /** The next name or number, if it is the right one: what mathjs has put in itself (100 for `%`) is not there. */
  #take(fits: (token: Token) => boolean, node?: Node): void {
    let at = this.#next(this.#cursor);
    let token = this.#tokens[at];
    while (token !== undefined && wordOperators.has(token.text) && !fits(token)) {
      at = this.#next(at + 1);
      token = this.#tokens[at];
    }
    if (token === undefined || !fits(token)) return;
    if (node !== undefined) this.#reach.set(node, [at, at]);
    this.#cursor = at + 1;
  }
}

const turn = (token: Token | undefined) => (token?.kind === "open" ? 1 : token?.kind === "close" ? -1 : 0);
