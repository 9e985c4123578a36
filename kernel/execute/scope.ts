import type { AnyNode, Identifier, Node, Pattern, Program, VariableDeclaration } from "acorn";

/**
 * Which names of a cell belong to the notebook: those that the cell declares at its top level, and those that it
 * uses without declaring them anywhere. Only these are ever renamed or bound to the prelude.
 */
export interface Occurrence {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** `{ name }`, in an object or a pattern: renamed, it becomes `{ name: renamed }`. */
  readonly shorthand: boolean;
}

export interface ScopeAnalysis {
  /** Names declared at the top level, hoisted `var` included. */
  readonly declared: ReadonlySet<string>;
  /** Every place that means one of those or a name from outside the cell. */
  readonly occurrences: readonly Occurrence[];
  /** Names used and not declared in the cell. */
  readonly free: ReadonlySet<string>;
}

class Scope {
  readonly names = new Set<string>();
  readonly outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  /** True where the name means something that a function or block of the cell declares. */
  isLocal(name: string): boolean {
    for (let scope: Scope | undefined = this; scope?.outer !== undefined; scope = scope.outer) {
      if (scope.names.has(name)) return true;
    }
    return false;
  }
}

type Any = AnyNode | Pattern;

export function analyzeScopes(program: Program): ScopeAnalysis {
  const analysis = new Analysis();
  return analysis.run(program);
}

class Analysis {
  readonly #occurrences: Occurrence[] = [];
  readonly #free = new Set<string>();
  readonly #top = new Scope();

  run(program: Program): ScopeAnalysis {
    declareVars(program.body, this.#top.names);
    declareLexical(program.body, this.#top.names);
    for (const statement of program.body) this.#visit(statement, this.#top);
    return { declared: this.#top.names, occurrences: this.#occurrences, free: this.#free };
  }

  #name({ name, start, end }: Identifier, scope: Scope, shorthand = false): void {
    if (scope.isLocal(name)) return;
    this.#occurrences.push({ name, start, end, shorthand });
    if (!this.#top.names.has(name)) this.#free.add(name);
  }

  #visitAll(nodes: readonly (Any | null)[], scope: Scope): void {
    for (const node of nodes) if (node !== null) this.#visit(node, scope);
  }

  #visit(node: Any, scope: Scope): void {
    switch (node.type) {
      case "Identifier":
        return this.#name(node, scope);
      case "MemberExpression":
        this.#visit(node.object, scope);
        if (node.computed) this.#visit(node.property, scope);
        return;
      case "Property":
        if (node.shorthand) return this.#shorthand(node.value, scope);
        if (node.computed) this.#visit(node.key, scope);
        return this.#visit(node.value, scope);
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.#visit(node.key, scope);
        if (node.value) this.#visit(node.value, scope);
        return;
      case "LabeledStatement":
        return this.#visit(node.body, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        // The names of an import are found as declarations; they occur as bindings in text that is rewritten whole.
        return;
      case "ExportNamedDeclaration":
        if (node.declaration) this.#visit(node.declaration, scope);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node, scope);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node, scope);
      case "StaticBlock":
        return this.#functionBody(node.body, new Scope(scope));
      case "BlockStatement": {
        const inner = new Scope(scope);
        declareLexical(node.body, inner.names);
        return this.#visitAll(node.body, inner);
      }
      case "SwitchStatement": {
        this.#visit(node.discriminant, scope);
        const inner = new Scope(scope);
        for (const one of node.cases) declareLexical(one.consequent, inner.names);
        return this.#visitAll(node.cases, inner);
      }
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = new Scope(scope);
        const head = node.type === "ForStatement" ? node.init : node.left;
        if (head?.type === "VariableDeclaration" && head.kind !== "var") declareLexical([head], inner.names);
        return this.#children(node, inner);
      }
      case "CatchClause": {
        const inner = new Scope(scope);
        if (node.param) bindingNames(node.param, inner.names);
        if (node.param) this.#visit(node.param, inner);
        return this.#visit(node.body, inner);
      }
      default:
        return this.#children(node, scope);
    }
  }

  #shorthand(value: AnyNode, scope: Scope): void {
    if (value.type === "Identifier") return this.#name(value, scope, true);
    if (value.type !== "AssignmentPattern") return this.#visit(value, scope);
    if (value.left.type === "Identifier") this.#name(value.left, scope, true);
    this.#visit(value.right, scope);
  }

  #function(
    node: Extract<
      AnyNode,
      { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
    >,
    scope: Scope,
  ): void {
    let own = scope;
    // The names of declarations are bindings, which the rewriting of declarations takes care of.
    if (node.type === "FunctionExpression" && node.id) {
      own = new Scope(scope);
      own.names.add(node.id.name);
    }
    const inner = new Scope(own);
    if (node.type !== "ArrowFunctionExpression") inner.names.add("arguments");
    for (const parameter of node.params) bindingNames(parameter, inner.names);
    this.#visitAll(node.params, inner);
    if (node.body.type === "BlockStatement") this.#functionBody(node.body.body, inner);
    else this.#visit(node.body, inner);
  }

  #functionBody(body: readonly AnyNode[], scope: Scope): void {
    declareVars(body, scope.names);
    declareLexical(body, scope.names);
    this.#visitAll(body, scope);
  }

  #class(node: Extract<AnyNode, { type: "ClassDeclaration" | "ClassExpression" }>, scope: Scope): void {
    const inner = new Scope(scope);
    if (node.id) inner.names.add(node.id.name);
    if (node.superClass) this.#visit(node.superClass, inner);
    this.#visitAll(node.body.body, inner);
  }

  #children(node: Node, scope: Scope): void {
    for (const child of childrenOf(node)) this.#visit(child, scope);
  }
}

/** The nodes directly below `node`, in order. */
export function* childrenOf(node: Node): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) yield item;
    } else if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The names that a pattern binds. */
export function bindingNames(pattern: Pattern | AnyNode, into: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      into.add(pattern.name);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties)
        bindingNames(property.type === "Property" ? property.value : property.argument, into);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) bindingNames(element, into);
      return;
    case "AssignmentPattern":
      return bindingNames(pattern.left, into);
    case "RestElement":
      return bindingNames(pattern.argument, into);
  }
}

/** let, const, class, function and imports that stand directly in a list of statements. */
function declareLexical(body: readonly AnyNode[], into: Set<string>): void {
  for (const statement of body) {
    const own = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (own?.type === "VariableDeclaration" && own.kind !== "var") declaratorNames(own, into);
    else if ((own?.type === "FunctionDeclaration" || own?.type === "ClassDeclaration") && own.id)
      into.add(own.id.name);
    else if (own?.type === "ImportDeclaration") for (const one of own.specifiers) into.add(one.local.name);
    else if (own?.type === "ExportDefaultDeclaration") declareLexical([own.declaration], into);
  }
}

/** `var` belongs to the function (or the cell), from however deep inside its blocks. */
function declareVars(body: readonly AnyNode[], into: Set<string>): void {
  for (const node of body) {
    if (/^(Function|Class|ArrowFunction|StaticBlock)/.test(node.type)) continue;
    if (node.type === "VariableDeclaration" && node.kind === "var") declaratorNames(node, into);
    declareVars([...childrenOf(node)], into);
  }
}

function declaratorNames({ declarations }: VariableDeclaration, into: Set<string>): void {
  for (const { id } of declarations) bindingNames(id, into);
}
