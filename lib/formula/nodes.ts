/**
 * The trees that mathjs makes of text, as far as formulas know them. Named here and not imported, so that the types of
 * this library do not bring mathjs's eight thousand lines of declarations into every cell.
 */
export type Node =
  | ConstantNode
  | SymbolNode
  | ParenthesisNode
  | OperatorNode
  | RelationalNode
  | ConditionalNode
  | FunctionNode
  | ArrayNode
  | RangeNode
  | IndexNode
  | AccessorNode
  | AssignmentNode
  | FunctionAssignmentNode
  | BlockNode
  | ObjectNode;

interface Base {
  toString(): string;
  toTex(options?: TexOptions): string;
}

export interface TexOptions {
  parenthesis?: "keep" | "auto" | "all";
  /** The TeX of a node, or undefined for mathjs's own. */
  handler?: (node: Node, options: TexOptions) => string | undefined;
}

export interface ConstantNode extends Base {
  readonly type: "ConstantNode";
  readonly value: unknown;
}
export interface SymbolNode extends Base {
  readonly type: "SymbolNode";
  readonly name: string;
}
export interface ParenthesisNode extends Base {
  readonly type: "ParenthesisNode";
  readonly content: Node;
}
export interface OperatorNode extends Base {
  readonly type: "OperatorNode";
  readonly op: string;
  readonly fn: string;
  /** A product written without a sign, such as `2 x`. */
  readonly implicit: boolean;
  readonly args: readonly Node[];
}
/** `a < b <= c` */
export interface RelationalNode extends Base {
  readonly type: "RelationalNode";
  readonly params: readonly Node[];
  readonly conditionals: readonly string[];
}
export interface ConditionalNode extends Base {
  readonly type: "ConditionalNode";
  readonly condition: Node;
  readonly trueExpr: Node;
  readonly falseExpr: Node;
}
export interface FunctionNode extends Base {
  readonly type: "FunctionNode";
  readonly fn: Node;
  readonly args: readonly Node[];
}
export interface ArrayNode extends Base {
  readonly type: "ArrayNode";
  readonly items: readonly Node[];
}
export interface RangeNode extends Base {
  readonly type: "RangeNode";
  readonly start: Node;
  readonly end: Node;
  readonly step: Node | null;
}
export interface IndexNode extends Base {
  readonly type: "IndexNode";
  readonly dimensions: readonly Node[];
  /** `a.b` */
  readonly dotNotation: boolean;
}
export interface AccessorNode extends Base {
  readonly type: "AccessorNode";
  readonly object: Node;
  readonly index: IndexNode;
}
export interface AssignmentNode extends Base {
  readonly type: "AssignmentNode";
  readonly object: Node;
  readonly index: IndexNode | null;
  readonly value: Node;
}
export interface FunctionAssignmentNode extends Base {
  readonly type: "FunctionAssignmentNode";
  readonly name: string;
  readonly params: readonly string[];
  readonly expr: Node;
}
export interface BlockNode extends Base {
  readonly type: "BlockNode";
  readonly blocks: readonly { readonly node: Node; readonly visible: boolean }[];
}
export interface ObjectNode extends Base {
  readonly type: "ObjectNode";
}

/** The parts of a node, in the order in which they stand in the text. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case "ConstantNode":
    case "SymbolNode":
    case "ObjectNode":
      return [];
    case "ParenthesisNode":
      return [node.content];
    case "OperatorNode":
      return node.args;
    case "RelationalNode":
      return node.params;
    case "ConditionalNode":
      return [node.condition, node.trueExpr, node.falseExpr];
    case "FunctionNode":
      return [node.fn, ...node.args];
    case "ArrayNode":
      return node.items;
    case "RangeNode":
      return node.step === null ? [node.start, node.end] : [node.start, node.step, node.end];
    case "IndexNode":
      return node.dimensions;
    case "AccessorNode":
      return [node.object, node.index];
    case "AssignmentNode":
      return node.index === null ? [node.object, node.value] : [node.object, node.index, node.value];
    case "FunctionAssignmentNode":
      return [node.expr];
    case "BlockNode":
      return node.blocks.map((block) => block.node);
    default:
      return node satisfies never;
  }
}
