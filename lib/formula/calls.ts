import { type Context, compile, compileQuantity, type Run, unsupported } from "./compile.ts";
import { Frame } from "./frame.ts";
import { functions, wrongCount } from "./functions.ts";
import type { FunctionAssignmentNode, FunctionNode } from "./nodes.ts";
import type { Site } from "./source.ts";
import { isCallee, show, type Value } from "./values.ts";

/** Calls of a formula's functions within one another. */
const DEEPEST = 200;

/** `f(x, y)`, where `f` may also be a value that was meant to be multiplied. */
export function compileCall(node: FunctionNode, context: Context): Run {
  const { fn } = node;
  const site = context.source.at(node);
  if (fn.type !== "SymbolNode") throw unsupported(site, "functions without a name");
  const known = Object.hasOwn(functions, fn.name) ? functions[fn.name] : undefined;
  const args = node.args.map((arg) => compile(arg, context));
  return (frame) => {
    const callee = frame.get(fn.name) ?? known;
    if (callee === undefined) throw missing(fn.name, site.of(fn));
    if (!isCallee(callee)) throw notCallable(node, callee, site);
    return callee.call(
      args.map((arg) => arg(frame)),
      site,
    );
  };
}

function missing(name: string, site: Site): Error {
  return site.error({
    what: `\`${name}\` is not defined yet`,
    expected: "a function defined before it is called",
    got: name,
  });
}

function notCallable(node: FunctionNode, value: Value, site: Site): Error {
  const name = site.of(node.fn).text;
  const inside = node.args.map((arg) => site.of(arg).text).join(", ");
  return site.error({
    what: `\`${name}\` is a value and not a function`,
    expected: "a function before the parentheses",
    got: isCallee(value) ? value.usage : show(value),
    try: `\`${name} * (${inside})\` for a product, \`${name}[${inside}]\` for an element`,
  });
}

/** `f(x) = ...`: sees its arguments and what is around its definition when it is called. */
export function compileDefinition(node: FunctionAssignmentNode, context: Context): Run {
  const { name, params } = node;
  const body = compileQuantity(node.expr, context);
  const usage = `${name}(${params.join(", ")})`;
  return (home) => {
    let depth = 0;
    const callee: Value = {
      kind: "function",
      usage,
      call: (args, site) => {
        if (args.length !== params.length) throw wrongCount(usage, args, site);
        if (depth >= DEEPEST) throw tooDeep(name, site);
        const frame = new Frame(home);
        params.forEach((param, i) => {
          frame.set(param, args[i] as Value);
        });
        depth++;
        try {
          return body(frame);
        } finally {
          depth--;
        }
      },
    };
    home.set(name, callee);
    return callee;
  };
}

function tooDeep(name: string, site: Site): Error {
  return site.error({
    what: `\`${name}\` calls itself without an end`,
    expected: `at most ${DEEPEST} calls within one another`,
    got: `a call that is nested deeper`,
    try: "ending it by a condition on plain numbers: one on tensors computes both of its values always",
  });
}
