/**
 * What to try at errors of JavaScript itself, which know nothing of who meets them: most often somebody who has written
 * Python for years. Errors of the library bring advice of their own.
 */
import { CellSyntaxError } from "./syntax-error.ts";

/** Python's names, and what takes their place. */
const PYTHON: Readonly<Record<string, string>> = {
  print: "console.log(x)",
  len: "x.length; of a tensor x.shape[0]",
  range: "for (let i = 0; i < n; i++) { ... }, or Array.from({ length: n }, (_, i) => i)",
  enumerate: "for (const [i, x] of xs.entries()) { ... }",
  zip: "xs.map((x, i) => [x, ys[i]])",
  sum: "xs.reduce((a, b) => a + b, 0); of a tensor tf.sum(x)",
  list: "[...xs]",
  dict: "{ name: value }",
  str: "String(x)",
  int: "Math.trunc(Number(x))",
  float: "Number(x)",
  type: "typeof x",
  isinstance: "x instanceof Class",
  input: "await prompt('...')",
  None: "null",
  True: "true",
  False: "false",
  self: "this",
  np: "tf.tensor([1, 2]), tf.exp(x); tf is here without an import",
  torch: "tf.tensor([1, 2]), tf.exp(x); tf is here without an import",
  jnp: "tf.tensor([1, 2]), tf.exp(x); tf is here without an import",
  pd: "await FileAttachment('data.csv').csv(), table(rows)",
  plt: "Plot.plot({ ... }), which is here without an import",
};

/** Methods of torch and of Python's lists. */
const METHODS: Readonly<Record<string, string>> = {
  item: "x.dataSync()[0]",
  numpy: "x.arraySync()",
  tolist: "x.arraySync()",
  view: "x.reshape([...])",
  detach: "x as it is: gradients are taken of whole steps",
  backward: "svi.step(data), or tf.grads(f)",
  append: "xs.push(x)",
  items: "Object.entries(x)",
};

const PACKAGES = /^(numpy|torch|pyro|numpyro|jax|pandas|scipy|matplotlib|tensorflow|sklearn|arviz)\b/;

/** Lines of Python, and the same in TypeScript. */
const LINES: readonly (readonly [RegExp, string])[] = [
  [/^\s*[!%]\s*(pip|npm|conda)\b/, "%npm install NAME"],
  [/^\s*def\s/, "function f(x) { return x; }"],
  [
    /^\s*from\s+\S+\s+import\b/,
    'import { name } from "package"; tf, dist, Plot and math are here without one',
  ],
  [
    /^\s*import\s+[\w.]+(\s+as\s+\w+)?\s*;?\s*$/,
    'import * as name from "package"; tf, dist, Plot and math are here without one',
  ],
  [/^\s*for\s+[\w, ]+\s+in\s/, "for (const x of xs) { ... }"],
  [/^\s*(elif|if|while)\b[^(].*:/, "if (x > 0) { ... } else { ... }, while (x > 0) { ... }"],
  [/^\s*with\s.*:/, "plate('data', n, () => { ... }): what stands in it is a function"],
  [/^\s*(class\s+\w+.*|else|try|except\b.*|finally)\s*:/, "braces around a block: { ... }"],
  [/\blambda\b[^:]*:/, "(x) => x"],
  [/(^|[\s(,=])f(["'])/, `\`x is \${x}\``],
  [/(["'])\1\1/, "`text of any number of lines`"],
  [/^\s*#/, "// before a comment"],
  [/\S\s+(and|or)\s+\S|(^|\s)not\s+\w/, "a && b, a || b, !a"],
];

type Row = readonly [RegExp, (found: string, source: string, error: unknown) => string | undefined];

/** By `Name: message`, with the part of it that the hint is about. */
const ROWS: readonly Row[] = [
  [/^ReferenceError: (\S+) is not defined/, unknownName],
  [/^TypeError: \S*\.(\w+) is not a function/, unknownMethod],
  [/^TypeError: Class constructor (\S+) cannot be invoked without 'new'/, (name) => `new ${name}(...)`],
  [/^\w*Error: Cannot find package '([^']+)'/, missingPackage],
  [/^SyntaxError: (.*)/, (_message, source, error) => ofPython(source, error)],
];

/** @returns what to try, if anything is known that helps */
export function hintFor(error: unknown, told: string, source: string): string | undefined {
  for (const [pattern, say] of ROWS) {
    const found = pattern.exec(told)?.[1];
    if (found !== undefined) return say(found, source, error);
  }
  return undefined;
}

function unknownName(name: string, source: string): string | undefined {
  if (Object.hasOwn(PYTHON, name)) return PYTHON[name];
  const word = name.replace(/\W/g, "\\$&");
  if (new RegExp(`^\\s*!${word}\\b`, "m").test(source)) {
    return `import { execSync } from "node:child_process"; console.log(String(execSync("${name}")))`;
  }
  if (new RegExp(`\\bfor\\s*\\([^;]*\\b${word}\\s*=`).test(source)) return declared(name);
  if (new RegExp(`[(,]\\s*${word}\\s*=(?![=>])`).test(source)) {
    return `f({ ${name}: ... }): arguments by name are an object`;
  }
  if (new RegExp(`(^|[;{}\\n])\\s*${word}\\s*=(?![=>])`).test(source)) return declared(name);
  return undefined;
}

const declared = (name: string) => `let ${name} = ...: a name is declared where it is first set`;

function unknownMethod(name: string): string | undefined {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  const camel = name.replace(/(?<=[a-z\d])_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  return camel === name ? undefined : `${camel}: names are written in camelCase`;
}

function missingPackage(name: string): string {
  return PACKAGES.test(name)
    ? "tf, dist, optim, Plot and math, which are here without an import: packages of Python are not"
    : `%npm install ${name}`;
}

/** The line that is no TypeScript, or the one before: what is missing is found missing where the next one begins. */
function ofPython(source: string, error: unknown): string | undefined {
  if (!(error instanceof CellSyntaxError)) return undefined;
  const lines = source.split("\n");
  const at = (error.place?.line ?? 1) - 1;
  for (const line of [lines[at], lines[at - 1]]) {
    const row = line === undefined ? undefined : LINES.find(([pattern]) => pattern.test(line));
    if (row !== undefined) return row[1];
  }
  return undefined;
}
