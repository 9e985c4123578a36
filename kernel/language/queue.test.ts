import { expect, it } from "vitest";
import { type Job, JobQueue } from "./queue.ts";
import type { LanguageRequest } from "./types.ts";

const reader = () => {};
const other = () => {};
let count = 0;
const check = (code: string): Job => ({
  request: { id: ++count, method: "check", params: { code } },
  reply: () => {},
});
const ask = (method: "complete" | "inspect", code: string, reply = reader): Job => ({
  request: { id: ++count, method, params: { code, cursor: code.length } } as LanguageRequest,
  reply,
});
const ready = (code: string): Job => ({
  request: { id: ++count, method: "isComplete", params: { code } },
  reply: reader,
});

function order(jobs: readonly Job[]): string[] {
  const queue = new JobQueue();
  for (const job of jobs) queue.add(job);
  const found: string[] = [];
  for (let job = queue.shift(); job !== undefined; job = queue.shift())
    found.push("request" in job ? job.request.params.code : job.control);
  return found;
}

const [a, b, c] = ["const alpha = 1;", "const beta = dist.Normal(0, alpha);", "tf.add(1, 2);"];
it.each<[string, Job[], string[]]>([
  [
    "a completion before checks that do not matter to it",
    [check(a), check(c), ask("complete", "tf.ad")],
    ["tf.ad", a, c],
  ],
  [
    "a completion behind the cell that declares its word",
    [check(a), check(b), check(c), ask("complete", "beta.s")],
    [a, b, "beta.s", c],
  ],
  [
    "a completion behind the cell that declares what is being typed",
    [check(a), check(b), ask("complete", "1 + Alp")],
    [a, "1 + Alp", b],
  ],
  [
    "a completion of nothing typed yet behind all that declare",
    [check(a), check(b), check(c), ask("complete", "")],
    [a, b, "", c],
  ],
  ["a member's beginning means no name", [check(a), ask("complete", "tf.al")], ["tf.al", a]],
  [
    "an inspection by its words only",
    [check(a), check(b), ask("inspect", "alph"), ask("inspect", "alpha", other)],
    ["alph", a, "alpha", b],
  ],
  [
    "nothing before a reset",
    [check(a), { control: "reset" }, check(c), ask("complete", "tf.")],
    [a, "reset", "tf.", c],
  ],
  [
    "one reader's questions in order",
    [check(b), ask("inspect", "beta"), ask("complete", "tf.")],
    [b, "beta", "tf."],
  ],
  [
    "another reader's question overtakes",
    [check(b), ask("inspect", "beta", other), ask("complete", "tf.")],
    ["tf.", b, "beta"],
  ],
  ["isComplete before all", [check(a), ask("complete", "tf."), ready("x")], ["x", "tf.", a]],
  [
    "a cell that cannot be read",
    [check(7 as unknown as string), ask("complete", "tf.")],
    ["tf.", 7 as unknown as string],
  ],
])("puts %s", (_, jobs, expected) => {
  expect(order(jobs)).toEqual(expected);
});

it("knows which completions the reader no longer wants", () => {
  const queue = new JobQueue();
  const [first, second] = [ask("complete", "tf."), ask("complete", "tf.a")];
  if (!("request" in first) || !("request" in second)) throw new Error("both are questions");
  queue.add(second);
  expect(queue.isSuperseded(first)).toBe(true);
  expect(queue.isSuperseded({ ...first, reply: other })).toBe(false);
});
