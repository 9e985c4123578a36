import type { ErrorParts } from "../errors.ts";
import { FormulaError, type Span } from "./error.ts";
import { childrenOf, type Node } from "./nodes.ts";
import { spansOf } from "./spans.ts";

/** A formula's text, with what is needed to point into it. Places are looked for only when an error needs one. */
export class Source {
  readonly text: string;
  readonly #tree: Node;
  #spans: Map<Node, Span> | undefined;

  constructor(text: string, tree: Node) {
    this.text = text;
    this.#tree = tree;
  }

  span(node: Node): Span | undefined {
    this.#spans ??= spansOf(this.#tree, this.text);
    return this.#spans.get(node);
  }

  /** Whether a name stands before parentheses. */
  isCalled(name: Node): boolean {
    const visit = (node: Node): boolean =>
      (node.type === "FunctionNode" && node.fn === name) || childrenOf(node).some(visit);
    return visit(this.#tree);
  }

  at(node: Node): Site {
    return new Site(this, node);
  }
}

const LONGEST = 80;

/** One part of a formula: what an operation knows of where it stands. */
export class Site {
  readonly #source: Source;
  readonly node: Node;

  constructor(source: Source, node: Node) {
    this.#source = source;
    this.node = node;
  }

  /** As it is written, on one line; what is long is cut. */
  get text(): string {
    const span = this.#source.span(this.node);
    const written = span === undefined ? this.node.toString() : this.#source.text.slice(span.start, span.end);
    const line = written.replaceAll(/\s+/g, " ").trim();
    return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
  }

  of(node: Node): Site {
    return this.#source.at(node);
  }

  error(parts: ErrorParts): FormulaError {
    return new FormulaError(parts, this.#source.text, this.#source.span(this.node));
  }
}
