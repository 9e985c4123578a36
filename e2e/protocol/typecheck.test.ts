/** Type warnings reach clients that keep only what comes before a cell's idle message, as nbconvert does. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Execution, Kernel, streamText } from "./client.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
  // A cell that must have no fault waits for TypeScript however long that takes to start.
  await kernel.execute("%typecheck error\nconst counts = [1, 2];");
  await kernel.execute("%typecheck warn");
});
afterAll(() => kernel.stop());

const typesOf = ({ messages }: Execution) => messages.map(({ header }) => header.msg_type);

it.each([
  ["a one-liner", "const wrong: string = 1;", /TS2322/],
  ["a cell that fails", "conuts.length", /Did you mean 'counts'/],
  [
    "a cell that TypeScript has to think about",
    "function model(data: number[]) {\n  const p = sample('p', dist.Beta(1, 'one'));\n  plate('d', data.length, () => sample('f', dist.Bernoulli(p), { obs: tf.tensor(data) }));\n}",
    /TS2345/,
  ],
])("%s", async (_, code, warning) => {
  const execution = await kernel.execute(code);
  expect(streamText(execution, "stderr")).toMatch(warning);
  expect(typesOf(execution).at(-1)).toBe("status");
});

it("an interrupt does not disturb the cell after one that waits", async () => {
  const { done } = await kernel.begin("conuts.length");
  await kernel.interrupt();
  await done;
  const { reply } = await kernel.execute("counts.length");
  expect(reply.content.status).toBe("ok");
});
