import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allGone, isMissing } from "../../lib/distributed/testing/mpirun.ts";
import { errorOf, Kernel, resultText, type WireMessage } from "./client.ts";

/** Node starts several times, on cores that others use. */
const PATIENT = 120_000;
let kernel: Kernel;

const training = `
const normal = (x: tf.Tensor, size: number) => {
  const z = sample('z', dist.Normal(0, 10));
  const rows = () => sample('x', new dist.Normal(tf.mul(z, tf.onesLike(x)), 1).toEvent(1), { obs: x });
  poutine.scale(rows, { scale: size })();
};
const around = () => { sample('z', dist.Normal(param('loc', 0), 0.1)); };
const train = async (model: typeof normal, guide: typeof around, rows: Float32Array, steps: number) => {
  const { rank, size } = distributed.init();
  console.log('rank', rank, 'has', process.pid);
  for (let i = 0; i < 2; i++) console.error('line ' + i);
  const data = tf.tensor1d(distributed.shard(rows));
  const svi = new SVI(model, guide, new optim.HorovodOptimizer(optim.SGD({ lr: 0.02 })), 'ELBO');
  const { compiled } = await svi.run(steps, { args: [data, size] });
  return { rank, size, compiled };
};`;

beforeAll(async () => {
  kernel = await Kernel.ready();
  expect((await kernel.execute(training)).reply.content.status).toBe("ok");
});
afterAll(() => kernel.stop());

const ofType = (type: string) => (message: WireMessage) => message.header.msg_type === type;
const printed = (messages: readonly WireMessage[]) =>
  messages
    .filter(ofType("stream"))
    .map(({ content }) => content.text as string)
    .join("");

describe("launch", () => {
  it.skipIf(isMissing("openmpi"))(
    "trains on ranks, shows their losses in one picture, and brings the parameters back to the cell",
    async () => {
      const code = `const { values, losses } = await distributed.launch(train, {
        np: 2, args: [normal, around, new Float32Array([3, 3, 5, 5]), 40],
      });
      [values.map(({ rank, size }) => rank + '/' + size), losses.map((own) => own.length), Math.abs(param('loc').dataSync()[0] - 4) < 2]`;
      const run = await kernel.execute(code, { cellId: "launch" });
      expect(errorOf(run)).toBeUndefined();
      expect(resultText(run)).toBe("[ [ '0/2', '1/2' ], [ 40, 40 ], true ]");
      for (const rank of [0, 1]) {
        expect(printed(run.messages)).toContain(`[rank ${rank}] rank ${rank} has`);
        expect(printed(run.messages)).toContain(`[rank ${rank}] line 1\n`);
      }
      const open = run.messages.filter(ofType("comm_open"));
      expect(open).toHaveLength(1);
      expect(JSON.stringify(open[0]?.content.data.state)).toContain("elbo-curve");
      await kernel.awaitPublished(
        (message) => ofType("update_display_data")(message) && "image/png" in message.content.data,
      );
      const again = await kernel.execute("getParamStore().ownerOf('loc')", { cellId: "launch" });
      expect(printed(again.messages) + JSON.stringify(again.messages)).toContain("Cleared loc");
    },
    PATIENT,
  );

  it("names a variable that a function leaves behind", async () => {
    const use =
      "const hidden = 3; await distributed.launch(() => [hidden, tf.scalar(1), Math.PI].length, { np: 1 })";
    const run = await kernel.execute(use);
    expect(errorOf(run)?.evalue).toMatch(
      /uses the variable "hidden", which stays behind[\s\S]*args: \[hidden\]/,
    );
    const views = await kernel.execute("await distributed.launch(() => elboCurve([1]), { np: 1 })");
    expect(errorOf(views)?.evalue).toContain('"elboCurve"');
  });

  it(
    "is a world of one without MPI, and tells which step has failed",
    async () => {
      const run = await kernel.execute(
        `await distributed.launch(async (model: typeof normal, guide: typeof around) => {
          const svi = new SVI(model, guide, optim.SGD({ lr: 0.01 }), 'ELBO');
          await svi.run(9, { args: [tf.tensor1d([1]), 1], compile: false, onStep: (step) => { if (step === 5) throw new RangeError('no more'); } });
        }, { np: 1, args: [normal, around] })`,
      );
      expect(errorOf(run)?.evalue).toMatch(/Rank 0 failed at step 5: RangeError: no more/);
    },
    PATIENT,
  );

  it.skipIf(isMissing("openmpi"))(
    "ends all ranks at an interrupt, and when the kernel dies",
    async () => {
      const endless =
        "await distributed.launch(train, { np: 2, args: [normal, around, new Float32Array(4), 1e9] })";
      for (const end of ["interrupt", "kill"] as const) {
        const seen = kernel.published.length;
        const running = await kernel.begin(endless);
        const found = () => {
          const text = printed(kernel.published.slice(seen));
          return [...text.matchAll(/\[rank \d\] rank \d has (\d+)/g)].map((match) => Number(match[1]));
        };
        await kernel.awaitPublished(
          (message) => ofType("stream")(message) && new Set(found()).size === 2,
          60_000,
        );
        const pids = found();
        if (end === "interrupt") {
          await kernel.interrupt();
          expect((await running.done).reply.content).toMatchObject({ ename: "KeyboardInterrupt" });
        } else {
          running.done.catch(() => {});
          kernel.process.kill("SIGKILL");
        }
        await allGone(pids);
      }
    },
    PATIENT,
  );
});
