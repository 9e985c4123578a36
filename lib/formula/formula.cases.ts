/** Formulas whose values mathjs computes too, and whose gradients finite differences check. */
export interface Case {
  readonly text: string;
  /** Shapes of the names, and where their values lie. */
  readonly inputs: Readonly<Record<string, readonly [shape: readonly number[], low: number, high: number]>>;
  /** What mathjs is asked, where it does not know the function, or says it in other words. */
  readonly reference?: string;
  /** How the reference is computed: on single elements of the names, or on the whole tensors. */
  readonly each?: true;
  /** No gradient: piecewise constant. The difference quotient is not looked at, the tape must give zeros. */
  readonly flat?: true;
  /** Relative, where float32 leaves less than 2e-5. */
  readonly tolerance?: number;
  /** Of the finite difference. */
  readonly step?: number;
}

type Interval = readonly [low: number, high: number];
const wide: Interval = [-2, 2];
const positive: Interval = [0.3, 3];
const unit: Interval = [0.1, 0.9];
const inside: Interval = [-0.8, 0.8];

function elementwise(text: string, [low, high]: Interval, more: Partial<Case> = {}): Case {
  return { text, inputs: { x: [[6], low, high] }, each: true, ...more };
}

/** Of `x` and `y`, whose shapes broadcast. */
function pair(text: string, x: Interval, y: Interval, more: Partial<Case> = {}): Case {
  return { text, inputs: { x: [[3, 4], ...x], y: [[4], ...y] }, each: true, ...more };
}

const unaryCases: Case[] = [
  ...["exp", "expm1", "sinh", "cosh", "tanh", "asinh", "atan", "sin", "cos", "square", "cube"].map((name) =>
    elementwise(`${name}(x)`, wide),
  ),
  ...["log", "log10", "log2", "log1p", "sqrt", "cbrt", "lgamma", "gamma", "factorial", "abs"].map((name) =>
    elementwise(`${name}(x)`, positive),
  ),
  ...["asin", "acos", "atanh", "tan", "sec"].map((name) => elementwise(`${name}(x)`, inside)),
  ...["csc", "cot"].map((name) => elementwise(`${name}(x)`, unit)),
  elementwise("acosh(x)", [1.3, 4]),
  elementwise("abs(x)", [-3, -0.1]),
  elementwise("cbrt(x)", [-3, -0.3]),
  elementwise("gamma(x)", [-1.9, -1.1], { step: 2e-3, tolerance: 1e-4 }),
  elementwise("gamma(x)", [-0.9, -0.1], { step: 1e-3, tolerance: 1e-4 }),
  ...["floor", "ceil", "round", "fix", "sign"].map((name) =>
    elementwise(`${name}(x)`, [-3, 3], { flat: true }),
  ),
  elementwise("round(floor(x) + 0.5)", [-3, 3], { flat: true }),
  elementwise("ln(x)", positive, { reference: "log(x)" }),
  elementwise("erf(x)", wide),
  elementwise("erfinv(erf(x))", inside, { reference: "x", tolerance: 1e-4 }),
  elementwise("probit(x)", unit, { reference: "probit(x)", tolerance: 1e-4 }),
  elementwise("digamma(x)", positive, { reference: "digamma(x)", tolerance: 1e-4 }),
  elementwise("sigmoid(x)", wide, { reference: "1 / (1 + exp(-x))" }),
  elementwise("logistic(x)", wide, { reference: "1 / (1 + exp(-x))" }),
  elementwise("logit(x)", unit, { reference: "log(x / (1 - x))", tolerance: 1e-4 }),
  elementwise("softplus(x)", wide, { reference: "log(1 + exp(x))" }),
  elementwise("logSigmoid(x)", wide, { reference: "-log(1 + exp(-x))" }),
  elementwise("relu(x)", [0.1, 2], { reference: "x" }),
  elementwise("relu(x)", [-2, -0.1], { reference: "0 x", flat: true }),
];

const operatorCases: Case[] = [
  pair("x + y", wide, wide),
  pair("x - y", wide, wide),
  pair("x .* y", wide, wide),
  pair("x ./ y", wide, positive),
  pair("x .^ y", positive, wide),
  pair("x / y", wide, positive),
  pair("x mod y", [2.1, 2.9], [1.1, 1.9]),
  pair("x % y", [-2.1, -1.9], [1.1, 1.5], { reference: "x mod y" }),
  ...["<", "<=", ">", ">=", "==", "!="].map((op) => pair(`x ${op} y`, wide, wide, { flat: true })),
  ...["and", "or", "xor"].map((op) => pair(`x > 0 ${op} y > 0.5`, wide, wide, { flat: true })),
  pair("not (x > y)", wide, wide, { flat: true }),
  pair("-1 < x < y <= 1.5", wide, wide, { flat: true }),
  pair("x > y ? x .^ 2 : -y", wide, wide, { step: 1e-3 }),
  pair("x > 0 ? (y > 0 ? exp(x) : y) : 3 y", wide, wide, { step: 1e-3 }),
  elementwise("-x + +x * 2", wide),
  elementwise("x!", positive),
  elementwise("-2^x", wide),
  elementwise("x^2", wide),
  elementwise("x^3", wide),
  elementwise("x^-1", positive),
  elementwise("x^0.5 + x^1", positive),
  elementwise("x^2.5", positive),
  elementwise("x^2^-1", positive),
  elementwise("1 / (1 + exp(-(2 + 3 x)))", wide),
  elementwise("2 x + 3(x - 1)", wide),
  elementwise("x * 50%", wide),
  elementwise("pi x + e - tau / phi + LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2 PI E", wide),
  elementwise("true + false x", wide),
  elementwise("0x1f x + 1.5e-1", wide),
  elementwise("log(x, 3)", positive),
  elementwise("log(8, 2) x", wide),
  pair("log(x, y)", positive, [1.5, 3]),
  pair("atan2(x, y)", wide, positive),
  pair("hypot(x, y)", wide, positive),
  pair("mod(x, y)", [2.1, 2.9], [1.1, 1.9]),
  pair("nthRoot(x, 3) + nthRoot(y)", positive, positive),
  pair("max(x, y, 0.3) - min(x, y)", wide, wide, { step: 1e-3 }),
  pair("add(x, y) - subtract(y, x)", wide, wide),
  pair("dotMultiply(x, y) + dotDivide(x, y) + dotPow(2, y)", wide, positive, {
    reference: "x y + x / y + 2^y",
  }),
  elementwise("pow(x, 2) + multiply(x, 3) + divide(x, 4)", wide),
  elementwise("y = 2 x; z = y^2\n# the last line counts\nz + y", wide, { reference: "(2 x)^2 + 2 x" }),
  elementwise("f(a, b) = a^2 + b; f(x, 2) + f(3, x)", wide, { reference: "x^2 + 2 + 9 + x" }),
  elementwise("k = 2; scaled(t) = k t\nscaled(scaled(x))", wide, { reference: "4 x" }),
  elementwise("fact(n) = n <= 1 ? 1 : n * fact(n - 1)\nfact(5) x", wide, { reference: "120 x" }),
];

const matrix = [[3, 3], -1, 1] as const;
const vector = [[3], -1, 1] as const;

const matrixCases: Case[] = [
  { text: "A * B", inputs: { A: [[2, 3], -1, 1], B: [[3, 4], -1, 1] } },
  { text: "A * x", inputs: { A: [[2, 3], -1, 1], x: vector } },
  { text: "x * B", inputs: { x: vector, B: [[3, 2], -1, 1] } },
  { text: "2 A * 3", inputs: { A: matrix } },
  { text: "A'", inputs: { A: [[2, 3], -1, 1] } },
  { text: "x' + x'", inputs: { x: vector } },
  { text: "transpose(A) * A", inputs: { A: [[2, 3], -1, 1] } },
  { text: "A^3", inputs: { A: matrix } },
  { text: "A^0 + A^1", inputs: { A: matrix } },
  { text: "(A + diag([3, 3, 3]))^-2", inputs: { A: matrix } },
  { text: "A .^ 2", inputs: { A: matrix } },
  { text: "A ./ 2 + A / 4", inputs: { A: matrix } },
  { text: "inv(A)", inputs: { A: [[4, 4], -1, 1] }, tolerance: 1e-3, step: 1e-3 },
  { text: "det(A)", inputs: { A: [[4, 4], -1, 1] }, tolerance: 1e-4 },
  { text: "det([0, 2; 3, 0]) + sum(inv([0, 1; 1, 0])) + trace(A)", inputs: { A: matrix } },
  { text: "trace(A)", inputs: { A: matrix } },
  { text: "diag(x) + A", inputs: { x: vector, A: matrix } },
  { text: "diag(A)", inputs: { A: matrix } },
  { text: "dot(x, y)", inputs: { x: vector, y: vector } },
  { text: "norm(x) + norm(-3)", inputs: { x: vector } },
  { text: "A + x", inputs: { A: matrix, x: vector } },
  { text: "sum(A) + mean(A) * prod(x)", inputs: { A: matrix, x: vector } },
  {
    text: "sum(A, 1) + mean(A, 2) .* prod(A, 1)",
    inputs: { A: matrix },
    reference: "sum(A, 1) + mean(A, 2) .* A[1, :] .* A[2, :] .* A[3, :]",
  },
  { text: "sum(1, 2, a) + mean(a, 3) + prod(a, 2, 3)", inputs: { a: [[], 0.5, 1] } },
  { text: "std(x) + variance(x)", inputs: { x: vector } },
  { text: "std(A, 2) - variance(A, 1)", inputs: { A: matrix } },
  { text: "max(A) - min(A)", inputs: { A: matrix }, step: 1e-3 },
  { text: "logsumexp(x)", inputs: { x: vector }, reference: "log(sum(map(x, exp)))" },
  { text: "logsumexp(A, 2)", inputs: { A: matrix }, reference: "f(t) = log(t); map(sum(map(A, exp), 2), f)" },
  { text: "softmax(x)", inputs: { x: vector }, reference: "map(x, exp) / sum(map(x, exp))" },
  { text: "softmax(A, 1)", inputs: { A: matrix }, reference: "E = map(A, exp); (E ./ sum(E, 1))" },
  { text: "logSoftmax(x)", inputs: { x: vector }, reference: "x - log(sum(map(x, exp)))" },
  { text: "cumsum(x)", inputs: { x: vector } },
  { text: "cumsum(A, 1)", inputs: { A: matrix } },
  { text: "[1, 2; 3, 4] + a", inputs: { a: [[], -1, 1] } },
  { text: "[a, 2; a^2, 4 a]", inputs: { a: [[], -1, 1] } },
  { text: "[x, 2 x]", inputs: { x: vector } },
  { text: "x[2] + x[end] * x[end - 1]", inputs: { x: [[5], -1, 1] } },
  { text: "x[2:4] + x[1:2:end] - x[[3, 1, 3]]", inputs: { x: [[5], -1, 1] } },
  { text: "x[end:-1:1]", inputs: { x: [[5], -1, 1] } },
  { text: "A[1, :] + A[:, 2] * A[3, 2]", inputs: { A: matrix } },
  { text: "A[1:2, 2:3] + A[[1, 3], :][:, [1, 2]]", inputs: { A: matrix } },
  { text: "x[[1, 2; 3, 1]]", inputs: { x: vector }, reference: "[x[1], x[2]; x[3], x[1]]" },
  { text: "b * x", inputs: { b: [[4, 1], -1, 1], x: vector }, reference: "b .* x" },
  {
    text: "b * c * x / b + c^3",
    inputs: { b: [[4, 1], 0.5, 1], c: [[4, 1], -1, 1], x: vector },
    reference: "c .* x + c .^ 3",
  },
  { text: "(1:3) .* x + (0:0.5:1)", inputs: { x: vector } },
  { text: "(A * x)[2]", inputs: { A: matrix, x: vector } },
];

export const cases: readonly Case[] = [...unaryCases, ...operatorCases, ...matrixCases];
