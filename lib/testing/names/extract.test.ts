import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { argumentsOf, extract, type ManualName } from "./extract.ts";
import { fromText, toText } from "./manual-text.ts";

const found = (...texts: string[]) =>
  toText(extract(texts.map((text) => `${text}\n`)))
    .trim()
    .split("\n");

describe("a manual's names are read from", () => {
  const looks: [string, string[], string[]][] = [
    [
      "a web page",
      [
        "class Newton(trust_radii={})[source]\n\nget_step(loss, params)[source]\nclass Odd[source]\nstep()[source]",
      ],
      [
        "class pyro.optim.Newton(trust_radii)",
        "class pyro.optim.Odd()",
        "method pyro.optim.Newton.get_step(loss, params)",
        "method pyro.optim.Odd.step()",
      ],
    ],
    [
      "an older web page, which breaks its lines",
      [
        "-\nclass\nOptim(constructor)[source]¶ Bases:\nobject\n-\nget_state()[source]¶ Get it (a, b)\n-\nSGD(args)¶",
      ],
      [
        "class pyro.optim.Optim(constructor)",
        "function pyro.optim.SGD(args)",
        "method pyro.optim.Optim.get_state()",
      ],
    ],
    [
      "print, with parameters where the signature is open, and full paths in its index",
      [
        "**class Beta** (*alpha*, *batch\\_size=None*, \\*args,\n  \\*\\*kwargs)\n- **mask** (*list*) – What counts.\n" +
          "**batch\\_log\\_pdf**(*x=None*)\n- **y** – not in the signature\n\n**enumerable** = **True**\n" +
          "Beta (class in pyro.distributions.beta), 17\nmean() (Beta method), 18",
      ],
      [
        "attribute pyro.distributions.beta.Beta.enumerable()",
        "class pyro.distributions.beta.Beta(alpha, batch_size, args, kwargs, mask)",
        "method pyro.distributions.beta.Beta.batch_log_pdf(x)",
        "method pyro.distributions.beta.Beta.mean()",
      ],
    ],
    [
      "an index that breaks its lines",
      ["identify_edges() (in module\n  pyro.poutine.trace_poutine), 40\nFlow (class in\npyro.flows), 26"],
      ["class pyro.flows.Flow()", "function pyro.poutine.trace_poutine.identify_edges()"],
    ],
    [
      "sentences where the signature is lost",
      ["class Adam(params)[source]\nParameters:closure – A closure.\nPerforms a single optimization step."],
      ["class pyro.optim.Adam(params)", "method pyro.optim.Adam.step(closure)"],
    ],
    [
      "what wraps something",
      ["Wraps pyro.optim.fast.Fast with PyroOptim."],
      ["class pyro.optim.fast.Fast()", "function pyro.optim.Fast(optim_args, clip_args)"],
    ],
    [
      "no example call",
      ["class A(x)[source]\nobserve('obs', normal, data.index(0))\nThe step(s) (if any)."],
      ["class pyro.optim.A(x)"],
    ],
  ];
  test.each(looks)("%s", (_look, texts, want) => {
    expect(found(...texts)).toEqual(want);
  });

  test("arguments, without stars and defaults", () => {
    expect(argumentsOf("params, betas=(0.9, 0.999), t=0.1, args")).toEqual(["params", "betas", "t", "args"]);
  });
});

test("a list of names survives as text", () => {
  const names: ManualName[] = [
    { name: "pyro.a.B", kind: "class", arguments: [] },
    { name: "pyro.c", kind: "function", arguments: ["x", "y"] },
  ];
  expect(fromText(toText(names))).toEqual(names);
});

test("the list of the five manuals is as long as they are", () => {
  const names = fromText(readFileSync(join(import.meta.dirname, "manual.txt"), "utf8"));
  expect(names).toHaveLength(272);
});
