import { expect, test } from "vitest";
import { cases } from "./formula.cases.ts";
import { childrenOf, type Node } from "./nodes.ts";
import { parse } from "./parse.ts";
import { spansOf } from "./spans.ts";

const more = [
  "((a + b) * (c))' - -x! ^ 2",
  "sum( x [ 1 , : ] ) + f ( )",
  "x[:, 1] + x[1, :] + y[:][2]",
  "a # a comment with (brackets\n + 1\nb = 2 ; c",
  "α_1 * β + 1.5e-3x + .5 y - 2.*z + 3.",
  "a ? b : c ? d : e",
  "not a and -b or +c",
  "[[1, 2], [x, y]] + [1, 2; 3, 4]",
  "f(x, y) = (x) * y; f(f(1, 2), (3))",
  "1:2:10 + x[end:-1:1]",
];

function nodesOf(node: Node): Node[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

/** Has a text of its own that reads as the same part: an index, a row between semicolons and `:` do not. */
function standsAlone(node: Node, parent: Node | undefined): boolean {
  if (node.type === "IndexNode") return false;
  if (node.type === "ArrayNode" && parent?.type === "ArrayNode") return false;
  return true;
}

test.each([...cases.map((row) => row.text), ...more])("each part of %s is found in the text", (text) => {
  const tree = parse(text);
  const spans = spansOf(tree, text);
  let found = 0;
  const visit = (node: Node, parent: Node | undefined): void => {
    const span = spans.get(node);
    if (
      span !== undefined &&
      standsAlone(node, parent) &&
      tree !== node &&
      !/\bend\b/.test(node.toString())
    ) {
      const part = text.slice(span.start, span.end);
      expect(parse(part).toString(), `${node.type} ${node}`).toBe(node.toString());
      found++;
    }
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(tree, undefined);
  // What mathjs puts in itself has no place: the ends of `:`, and 100 for a percentage.
  const colons = (text.match(/:(?=\s*[,\]])/g) ?? []).length;
  const percentages = (text.match(/%/g) ?? []).length;
  const leaves = nodesOf(tree).filter((node) => node.type === "ConstantNode" || node.type === "SymbolNode");
  const lost = leaves.filter((node) => !spans.has(node)).length;
  expect(lost).toBeLessThanOrEqual(2 * colons + percentages);
  expect(found + lost).toBeGreaterThan(0);
});
