import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ModelName, Trained } from "./models.ts";
import { ask, expect, openInference, test } from "./page.ts";

const STEPS = 2000;
const names: readonly ModelName[] = ["coin", "regression", "eight schools"];
type InNode = Readonly<Record<ModelName, Trained & { microseconds: number }>>;
let inNode: InNode;

test.beforeAll(async () => {
  const script = join(import.meta.dirname, "in-node.ts");
  const env = { ...process.env, TSPYRO_BACKEND: "cpu" };
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(STEPS), ...names], { env });
  inNode = JSON.parse(stdout) as InNode;
});

/** The largest difference between two runs, in units of a parameter's size. */
function distance(one: Trained, other: Trained): number {
  expect(Object.keys(one.params)).toEqual(Object.keys(other.params));
  const apart = Object.entries(one.params).flatMap(([name, values]) =>
    values.map((x, i) => {
      const y = other.params[name]?.[i] as number;
      return Math.abs(x - y) / Math.max(1, Math.abs(y));
    }),
  );
  return Math.max(...apart);
}

for (const name of names) {
  test(`${name}: the posterior of Node, compiled, without a complaint`, async ({ page, site, problems }) => {
    await openInference(page, site);
    const trained = await ask(page, "train", name, STEPS);
    expect(trained).toMatchObject({ compiled: true, mode: inNode[name].mode });
    // The same random numbers, so the same losses: V8 of another version may round a logarithm otherwise.
    expect(distance(trained, inNode[name])).toBeLessThan(1e-4);
    expect(trained.losses.slice(0, 5).map((x) => x.toFixed(3))).toEqual(
      inNode[name].losses.slice(0, 5).map((x) => x.toFixed(3)),
    );
    expect(problems).toEqual([]);
  });

  test(`${name}: a policy without code from text is met by WebAssembly alone`, async ({ page, site }) => {
    await openInference(page, site, "webassembly");
    const trained = await ask(page, "train", name, STEPS);
    expect(trained).toMatchObject({ compiled: true, mode: "webassembly" });
    // WebAssembly rounds each operation to float32, and steps add that up.
    expect(distance(trained, inNode[name])).toBeLessThan(2e-3);
  });

  test(`${name}: a policy that forbids WebAssembly too is met by the interpreter`, async ({ page, site }) => {
    await openInference(page, site, "nothing");
    const trained = await ask(page, "train", name, STEPS);
    expect(trained).toMatchObject({ compiled: true, mode: "interpreter" });
    expect(distance(trained, inNode[name])).toBeLessThan(1e-4);
  });
}

for (const [policy, refused] of [
  ["webassembly", 1],
  ["nothing", 2],
] as const) {
  test(`a policy (${policy}) is asked once, not at each program`, async ({ page, site }) => {
    await openInference(page, site, policy);
    const loaded = await ask(page, "violations");
    for (const name of names) await ask(page, "train", name, 200);
    await expect.poll(() => ask(page, "violations")).toBe(loaded + refused);
  });
}

for (const policy of [undefined, "webassembly", "nothing"] as const) {
  test(`NUTS is fetched, and draws, under ${policy ?? "no"} policy`, async ({ page, site }) => {
    const fetched: string[] = [];
    page.on("request", (request) => fetched.push(request.url()));
    await openInference(page, site, policy);
    const before = fetched.length;
    const draws = await ask(page, "sample");
    expect(fetched.length).toBeGreaterThan(before);
    const mean = draws.reduce((sum, z) => sum + z, 0) / draws.length;
    const variance = draws.reduce((sum, z) => sum + (z - mean) ** 2, 0) / draws.length;
    // N(1, 2): 500 draws of this sampler are worth 150 and more, so these are four standard errors.
    expect(Math.abs(mean - 1)).toBeLessThan(0.65);
    expect(Math.abs(Math.sqrt(variance) - 2)).toBeLessThan(0.5);
  });
}

test("a page says of mistakes with tensors what a notebook says", async ({ page, site }) => {
  await openInference(page, site);
  const [operator, ragged] = await ask(page, "mistakes");
  expect(operator).toMatch(/Operators and Math work on numbers/);
  expect(ragged).toMatch(/not rectangular/);
});

test("other cores and formulas are fetched when they are asked for", async ({ page, site, problems }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await openInference(page, site);
  const before = fetched.length;
  expect(await ask(page, "formula")).toEqual([3, 5]);
  expect(fetched.length).toBeGreaterThan(before);
  expect(fetched.some((url) => url.endsWith(".wasm"))).toBe(false);
  expect(await ask(page, "backend", "wasm")).toContain("WebAssembly");
  expect(fetched.some((url) => url.endsWith(".wasm"))).toBe(true);
  const trained = await ask(page, "train", "eight schools", 200);
  expect(trained.compiled).toBe(true);
  expect(problems).toEqual([]);
});
