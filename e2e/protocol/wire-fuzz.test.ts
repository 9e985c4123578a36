import { afterAll, beforeAll, expect, it } from "vitest";
import { Kernel, resultText } from "./client.ts";
import { seeded } from "./random.ts";

/** TSPYRO_FUZZ=100000 sends that many messages, which takes some minutes. */
const count = Number(process.env.TSPYRO_FUZZ ?? 3000);
const rounds = 10;
const seed = 20_240_607;

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const random = seeded(seed);
const { below, pick } = random;
const noise = (most: number) => Buffer.from(Array.from({ length: below(most) }, () => below(256)));

const types = [
  ..."kernel_info_request comm_open comm_msg comm_close comm_info_request history_request".split(" "),
  ..."connect_request is_complete_request input_reply execute_reply status interrupt_request".split(" "),
  ..."__proto__ constructor toString no_such_request".split(" "),
];
/** What goes through TypeScript takes ten thousand times as long as what is dropped, so there is less of it. */
const slowTypes = ["complete_request", "inspect_request", "execute_request"];
const names =
  "code cursor_pos comm_id target_name data session n start stop pattern hist_access_type unique output value detail_level user_expressions silent __proto__ method content".split(
    " ",
  );

function anything(depth = 0): unknown {
  const kinds: (() => unknown)[] = [
    () => null,
    () => random() < 0.5,
    () => pick([0, -1, 1.5, 1e308, -1e308, 2 ** 53, below(100)]),
    () =>
      pick([
        "",
        "tail",
        "search",
        "range",
        "*[a-",
        "é😀\u0000",
        "jupyter.widget",
        "x".repeat(below(3000)),
        "1 +",
      ]),
    () => noise(20).toString("latin1"),
  ];
  if (depth < 4) {
    kinds.push(() => Array.from({ length: below(4) }, () => anything(depth + 1)));
    kinds.push(() => dictionary(depth + 1));
  }
  return pick(kinds)();
}

function dictionary(depth = 0): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: below(6) }, () => [pick(names), anything(depth)]));
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
let number = 0;
const header = (type: unknown = pick(types)) => ({
  ...{
    msg_id: `fuzz-${number++}`,
    msg_type: type,
    session: anything(3),
    username: "u",
    date: "",
    version: "5.3",
  },
});

const recordings: Buffer[][] = [];

/** Frames of one message: most are right up to one thing that is not. */
function message(): Buffer[] {
  const parts = [json(header()), json({}), json(dictionary()), json(dictionary())];
  const signed = (more: readonly Buffer[] = []) => kernel.signed(parts, more);
  const spoil = (index: number, text: Buffer<ArrayBuffer>) => {
    parts[index] = text;
    return signed();
  };
  const kinds: (() => Buffer[])[] = [
    () => signed(),
    () => signed(Array.from({ length: below(20) }, () => noise(50))),
    () => spoil(below(4), noise(60)),
    () => spoil(below(4), json(anything())),
    () => spoil(0, json(header(anything()))),
    () => spoil(3, Buffer.from(`{"data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`)),
    () => spoil(0, json({ ...header(), more: "x".repeat(70_000) })),
    () => [Buffer.from("<IDS|MSG>"), Buffer.alloc(0), ...parts],
    () => [Buffer.from("<IDS|MSG>"), noise(80), ...parts],
    () => signed().slice(0, below(6)),
    () => signed().toReversed(),
    () => signed().map((frame) => (random() < 0.3 ? noise(40) : frame)),
    () => Array.from({ length: 1 + below(8) }, () => noise(100)),
    () => Array.from({ length: 5000 }, () => Buffer.alloc(1)),
    () => (recordings.length === 0 ? signed() : pick(recordings)),
    () => [...Array.from({ length: 1 + below(3) }, () => noise(30)), ...signed()],
  ];
  const frames = pick(kinds)();
  if (recordings.length < 50) recordings.push(frames);
  // ZeroMQ has no messages of no frames.
  return frames.length === 0 ? [Buffer.alloc(0)] : frames;
}

function slowMessage(): Buffer[] {
  const content = { ...dictionary(), code: String(anything()), silent: true, allow_stdin: false };
  return kernel.signed([json(header(pick(slowTypes))), json({}), json({}), json(content)]);
}

const rss = async () =>
  Number(resultText(await kernel.execute("globalThis.gc?.(); process.memoryUsage.rss()")));

it(`answers after ${count} random messages, and its memory is flat`, { timeout: 30 * 60_000 }, async () => {
  // TypeScript reads the types at the first question of each kind, and the library's comments at the first for help.
  await kernel.execute("const known: tf.Tensor = tf.scalar(1);");
  await kernel.request("shell", "complete_request", { code: "tf.", cursor_pos: 3 });
  await kernel.request("shell", "inspect_request", { code: "tf.scalar", cursor_pos: 9, detail_level: 0 });
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < count / rounds; i++) {
      await kernel.sendFrames(
        pick(["shell", "shell", "control", "stdin"]),
        random() < 0.01 ? slowMessage() : message(),
      );
      if (i % 200 === 199) await kernel.request("control", "kernel_info_request", {});
    }
    // What is answered in order is through then: no interrupt of the fuzzer's meets the cells that follow.
    await kernel.request("control", "kernel_info_request", {});
    const { content } = await kernel.request("shell", "kernel_info_request", {});
    expect(content.status).toBe("ok");
    expect(await kernel.heartbeat()).toBeLessThan(1000);
    expect(resultText(await kernel.execute("6 * 7", { stopOnError: false }))).toBe("42");
    sizes.push((await rss()) / 1e6);
    kernel.published.length = 0;
  }
  if (process.env.TSPYRO_FUZZ !== undefined)
    process.stdout.write(`resident MB after each round: ${sizes.map(Math.round).join(" ")}\n`);
  // The first rounds compile code and fill the list of signatures.
  const [early, late] = [Math.max(...sizes.slice(0, 4)), Math.min(...sizes.slice(-3))];
  expect(late, `resident MB after each round: ${sizes.map(Math.round).join(" ")}`).toBeLessThan(
    early * 1.25 + 30,
  );
  // What was dropped is told, but no flood of it.
  expect(kernel.log).toContain("A message was dropped");
  expect(kernel.log.length).toBeLessThan(500_000);
  expect(kernel.process.exitCode).toBeNull();
});
