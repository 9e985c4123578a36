import { describe, expect, it } from "vitest";
import { faultsOf, importsOf } from "./check-imports.ts";

describe("importsOf", () => {
  it("sees every form of import, and not what comments say", () => {
    const source = [
      'import a from "./a.ts";',
      'import type { B } from "./b.ts";',
      "import {\n  c,\n  d,\n} from './c.ts';",
      'import "./d.ts";',
      'export * from "./e.ts";',
      'export type { F } from "./f.ts";',
      'const g = await import("./g.ts");',
      '// import h from "./h.ts";',
      '/* import i from "./i.ts"; */',
      'export const j = "from"; const k = "./k.ts";',
    ].join("\n");
    expect(importsOf(source)).toEqual([
      { from: "./a.ts", typeOnly: false },
      { from: "./b.ts", typeOnly: true },
      { from: "./c.ts", typeOnly: false },
      { from: "./d.ts", typeOnly: false },
      { from: "./e.ts", typeOnly: false },
      { from: "./f.ts", typeOnly: true },
      { from: "./g.ts", typeOnly: false },
    ]);
  });
});

describe("faultsOf", () => {
  const cases: readonly (readonly [path: string, source: string, faults: number])[] = [
    ["lib/tensor/a.ts", 'import { b } from "../distributions/index.ts";', 1],
    ["lib/distributions/a.ts", 'import { b } from "../tensor/index.ts";', 0],
    ["lib/distributions/a.ts", 'import { b } from "../poutine/index.ts";', 1],
    ["lib/poutine/a.ts", 'import { b } from "../params/index.ts";', 0],
    ["lib/poutine/a.ts", 'import { b } from "../infer/index.ts";', 1],
    ["lib/infer/a.ts", 'import { b } from "../poutine/index.ts";', 0],
    ["lib/infer/a.ts", 'import { b } from "../../kernel/main.ts";', 1],
    ["lib/jit/a.ts", 'import { b } from "../infer/index.ts";', 1],
    ["lib/jit/a.ts", 'import { b } from "../tensor/index.ts";', 0],
    ["lib/a.ts", 'import { b } from "../widgets/views/b.ts";', 1],
    ["widgets/views/a.ts", 'import type { b } from "../../lib/index.ts";', 0],
    ["widgets/views/a.ts", 'import { b } from "../../lib/index.ts";', 1],
    ["kernel/session/a.ts", 'import { b } from "../../lib/index.ts";', 0],
    ["kernel/wire/a.ts", 'import { b } from "../../lib/index.ts";', 1],
    ["kernel/wire/a.ts", 'import * as zmq from "zeromq";', 0],
    ["kernel/execute/a.ts", 'import * as zmq from "zeromq";', 1],
    ["kernel/execute/a.ts", 'import { x } from "tslab/dist/converter.js";', 1],
    ["lib/tensor/a.test.ts", 'import { b } from "../infer/index.ts";', 0],
  ];
  it.each(cases)("%s with %s", (path, source, faults) => {
    expect(faultsOf(path, source)).toHaveLength(faults);
  });

  it("names the file, the rule and the way out", () => {
    expect(faultsOf("widgets/views/a.ts", 'import { b } from "../../lib/index.ts";')).toEqual([
      "widgets/views/a.ts: widgets/views may not import lib/index.ts other than by `import type`",
    ]);
  });
});
