import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { formula } from "./formula.ts";
import { nameToTex } from "./tex.ts";

test.each([
  ["x", "x"],
  ["alpha", "\\alpha"],
  ["sigma_y", "\\sigma_{y}"],
  ["beta1", "\\beta_{1}"],
  ["beta_1", "\\beta_{1}"],
  ["mu_tau_2", "\\mu_{\\tau,2}"],
  ["rate", "\\mathrm{rate}"],
  ["rate_max", "\\mathrm{rate}_{\\mathrm{max}}"],
  ["β", "β"],
  ["_x", "x"],
  ["$a", "\\mathrm{\\$a}"],
  ["Omega", "\\Omega"],
])("the name %s is %s", (name, tex) => {
  expect(nameToTex(name)).toBe(tex);
});

test.each([
  ["alpha + beta * x", "\\alpha+ \\beta\\cdot x"],
  ["2x^2 / sqrt(y)", "\\frac{2~{ x}^{2}}{\\sqrt{ y}}"],
  ["a .* b ./ c", "a \\odot  b \\oslash  c"],
  ["x'", "{ x}^\\top"],
  ["x .^ 2", "{ x}^{\\circ 2}"],
  ["sigmoid(x) + exp(-z)", "\\operatorname{sigmoid}\\left( x\\right)+\\exp\\left(- z\\right)"],
  ["f(x, y)", "f\\left( x,  y\\right)"],
  ["log(x, 2) + abs(x)", "\\log_{2}\\left( x\\right)+\\left| x\\right|"],
  ["(a + b) c", "\\left( a+ b\\right)~ c"],
  [
    "x > 0 ? x : 0",
    "\\begin{cases} { x}, &\\quad{\\text{if }\\; x>0}\\\\{0}, &\\quad{\\text{otherwise}}\\end{cases}",
  ],
  ["[1, 2; 3, 4]", "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}"],
  ["alpha[2]", "\\alpha_{2}"],
  [
    "y = x\nf(t) = y t\nf(2)",
    "\\begin{array}{l} y= x \\\\ f\\left(t\\right) =  y~ t \\\\ f\\left(2\\right)\\end{array}",
  ],
])("%s is drawn as %s", (text, tex) => {
  expect(formula(text).toTex()).toBe(tex);
});

test("what was put into a template shows what it is", () => {
  const hill = (t: tf.Tensor) => tf.div(t, tf.add(t, 1));
  const mu = formula`${2} a`;
  const tex = formula`${-1.5} + ${tf.scalar(1)} * ${hill}(x) - ${mu}`.toTex();
  expect(tex).toBe("\\left(-1.5\\right)+ v_{2}\\cdot\\mathrm{hill}\\left( x\\right)- \\left(2~ a\\right)");
});

test("a notebook shows the TeX, and the text where there is none", () => {
  const shown = formula("beta * x") as unknown as Record<symbol, () => Record<string, string>>;
  expect(shown[Symbol.for("Jupyter.display")]?.()).toEqual({
    "text/latex": "$\\displaystyle \\beta\\cdot x$",
    "text/plain": "beta * x",
  });
});
