/** Every name of the manuals exists here, is called as they call it, and does what `names.json` says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import * as pyro from "./index.ts";
import { snakeCase } from "./pyro-spelling.ts";
import { distributions, otherSpelling, transformed } from "./testing/names/distributions.cases.ts";
import { withFeatures } from "./testing/names/features.ts";
import { inference } from "./testing/names/infer.cases.ts";
import { fromText } from "./testing/names/manual-text.ts";
import { type ManualEntry, names, STATES } from "./testing/names/names.ts";
import { networks } from "./testing/names/nn.cases.ts";
import { optimizers } from "./testing/names/optim.cases.ts";
import { params } from "./testing/names/params.cases.ts";
import { poutines } from "./testing/names/poutine.cases.ts";
import { primitives } from "./testing/names/primitives.cases.ts";

const calls: Readonly<Record<string, () => void>> = {
  ...primitives,
  ...inference,
  ...distributions,
  ...transformed,
  ...otherSpelling,
  ...params,
  ...networks,
  ...poutines,
  ...optimizers,
};
const entries = Object.entries(names);
const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1);

afterEach(() => pyro.resetRuntime());

const read = (path: string) => readFileSync(join(import.meta.dirname, path), "utf8");

test("every name of the manuals is there, with all its arguments", () => {
  const manual = fromText(read("testing/names/manual.txt"));
  const ours = entries.map(([name, { kind, arguments: args = {} }]) => ({
    name,
    kind,
    arguments: Object.keys(args),
  }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(ours.sort(byName)).toEqual(manual.sort(byName));
});

test("FEATURES.md says the same: after a change, npm run features", () => {
  const page = read("../FEATURES.md");
  expect(page).toBe(withFeatures(page, names));
});

test("every name that is there is called, and nothing else", () => {
  const there = entries.filter(([, { state }]) => state === "works" || state === "limited");
  expect(Object.keys(calls).sort()).toEqual(there.map(([name]) => name).sort());
});

describe("called as in the manuals", () => {
  test.each(Object.entries(calls))("%s", (_name, call) => {
    pyro.setRngSeed(0);
    pyro.clearParamStore();
    call();
  });
});

/** Where an entry leads: into rooms, into classes, and for members to what stands on the prototype. */
function found(path: string): unknown {
  return path.split(".").reduce<unknown>((at, part) => {
    if ((typeof at !== "object" && typeof at !== "function") || at === null) return undefined;
    if (part in at) return (at as Record<string, unknown>)[part];
    const { prototype } = at as { prototype?: object };
    return prototype !== undefined && part in prototype ? () => {} : undefined;
  }, pyro);
}

/** Fields of objects and abstract members stand on no prototype: their calls look at them. */
const FIELDS = [
  /^poutine\.CondIndepStackFrame\.(name|counter|vectorized)$/,
  /^poutine\.Trace\.(nodes|graphType|nodeDictFactory)$/,
  /^dist\.\w+\.batchShape$/,
  /^dist\.Bijector\./,
  /^(ParamSite|SampleSite|ClipArgs)\b/,
];
const isField = ({ here }: ManualEntry) => FIELDS.some((field) => field.test(here));

describe("names.json", () => {
  const present = entries.filter(([, entry]) => entry.state !== "not yet" && !isField(entry));
  test.each(present)("%s leads to something", (_name, { here }) => {
    // Estimators are made by ELBO, which is a function.
    expect(found(here.replace("infer.ELBO.", "infer.ElboEstimator.")), here).toBeDefined();
  });

  test("members in Pyro's own spelling stand beside ours", () => {
    const members = present.filter(([name, { kind, here }]) => {
      const ours = lastOf(here);
      return (
        (kind === "method" || kind === "attribute") && snakeCase(ours) === lastOf(name) && /[A-Z]/.test(ours)
      );
    });
    expect(members.length).toBeGreaterThan(90);
    for (const [name, { here }] of members) {
      const owner = here.slice(0, here.lastIndexOf(".")).replace("infer.ELBO", "infer.ElboEstimator");
      expect(found(`${owner}.${lastOf(name)}`), name).toBeDefined();
    }
  });

  test("functions in Pyro's own spelling stand at the top", () => {
    const functions = present.filter(([name, { kind }]) => kind === "function" && lastOf(name).includes("_"));
    expect(functions.length).toBeGreaterThan(5);
    for (const [name] of functions) expect(pyro, name).toHaveProperty(lastOf(name));
  });

  test.each(entries)("%s says how far it goes", (_name, entry) => {
    expect(STATES).toContain(entry.state);
    const partly = entry.state !== "works";
    if (partly) expect(entry.remark, "a remark").toBeTruthy();
    // Everything of the manuals is there, if limited.
    expect(entry.state).not.toBe("not yet");
    for (const [argument, here] of Object.entries(entry.arguments ?? {})) {
      const open = ["args", "kwargs", "kws"].includes(argument);
      if (here === null && !open) expect(entry.remark, `a remark on ${argument}`).toContain(argument);
    }
  });

  test("every option that it names is used in a call", () => {
    const viaTables = /pyro\.distributions\.(?!transformed)/;
    for (const [name, { arguments: args = {}, state }] of entries) {
      if (state === "not yet" || viaTables.test(name)) continue;
      const source = String(calls[name]);
      for (const option of Object.values(args).flatMap(
        (here) => here?.match(/(?<=\{.*)\w+(?=.*\})/g) ?? [],
      )) {
        expect(source, `${name}: ${option}`).toContain(option);
      }
    }
  });
});
