/** Formulas as TeX: mathjs's, with subscripts, upright names of functions, and products of each element. */
import type { Node, OperatorNode, TexOptions } from "./nodes.ts";

const greek = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega " +
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varphi varrho varsigma"
  ).split(" "),
);

const escapeTex = (text: string) => text.replaceAll(/[\\{}$&#^_%~]/g, (one) => `\\${one}`);

/** `sigma_y` is σ with a subscript, `alpha1` too; a longer word stands upright. */
export function nameToTex(name: string): string {
  const [, base = name, digits = ""] = /^(\p{L}+)(\d+)$/u.exec(name) ?? [];
  const [head = "", ...subscripts] = base.split("_").filter((part) => part !== "");
  const all = [...subscripts, ...(digits === "" ? [] : [digits])];
  return all.length === 0 ? word(head || name) : `${word(head)}_{${all.map(word).join(",")}}`;
}

function word(part: string): string {
  if (part === "Infinity") return "\\infty";
  if (greek.has(part)) return `\\${part}`;
  return [...part].length === 1 || /^\d+$/.test(part) ? escapeTex(part) : `\\mathrm{${escapeTex(part)}}`;
}

const elementwiseSigns: Readonly<Record<string, string>> = { dotMultiply: "\\odot", dotDivide: "\\oslash" };

/** Functions for which mathjs writes more than a name and parentheses. */
const drawnByMathjs = new Set(
  (
    "exp sqrt cbrt square cube abs floor ceil log log10 log2 log1p expm1 pow add subtract multiply divide gamma lgamma det inv " +
    "transpose norm max min sin cos tan sec csc cot sinh cosh tanh"
  ).split(" "),
);

/** @param shown the TeX of names that stand for a value of their own; undefined for any other name */
export function toTex(tree: Node, shown: (name: string) => string | undefined): string {
  const nameOf = (name: string) => shown(name) ?? nameToTex(name);
  const handler = (node: Node, options: TexOptions): string | undefined => {
    switch (node.type) {
      case "SymbolNode":
        // A space, because a command may stand before it.
        return ` ${nameOf(node.name)}`;
      case "OperatorNode":
        return operatorTex(node, options);
      case "FunctionNode": {
        if (node.fn.type !== "SymbolNode" || (drawnByMathjs.has(node.fn.name) && node.args.length > 0))
          return undefined;
        const args = node.args.map((arg) => arg.toTex(options)).join(", ");
        return `${functionName(node.fn.name, shown)}\\left(${args}\\right)`;
      }
      case "FunctionAssignmentNode":
        return `${functionName(node.name, shown)}\\left(${node.params.map(nameToTex).join(", ")}\\right) = ${node.expr.toTex(options)}`;
      case "BlockNode": {
        const lines = node.blocks.map((block) => block.node.toTex(options));
        return lines.length === 1 ? lines[0] : `\\begin{array}{l}${lines.join(" \\\\ ")}\\end{array}`;
      }
      default:
        return undefined;
    }
  };
  return tree.toTex({ parenthesis: "keep", handler }).trim();
}

function functionName(name: string, shown: (name: string) => string | undefined): string {
  const own = shown(name);
  if (own !== undefined) return own;
  return [...name].length === 1 || greek.has(name) || name.includes("_")
    ? nameToTex(name)
    : `\\operatorname{${escapeTex(name)}}`;
}

function operatorTex({ fn, args }: OperatorNode, options: TexOptions): string | undefined {
  const [left, right] = args.map((arg) => arg.toTex(options));
  if (fn === "ctranspose") return `{${left}}^\\top`;
  if (fn === "dotPow") return `{${left}}^{\\circ ${right}}`;
  const sign = elementwiseSigns[fn];
  return sign === undefined ? undefined : `${left} ${sign} ${right}`;
}
