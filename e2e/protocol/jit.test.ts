import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Execution, Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.ready();
});
afterAll(() => kernel.stop());

const run = (code: string, cellId?: string): Promise<Execution> =>
  kernel.execute(code, cellId === undefined ? {} : { cellId });
const result = async (code: string) => resultText(await run(code));
const displayed = ({ messages }: Execution) =>
  messages.filter(({ content }) => content.data !== undefined).map(({ content }) => content.data);

describe("jit in a notebook", () => {
  it("sees the variables of other cells change, and shows the program as a picture", async () => {
    await run("let k = 1; const options = { shift: 0 }; const times = (x: tf.Tensor) => tf.mul(x, k);");
    await run("const f = jit(function shifted(x: tf.Tensor) { return tf.add(times(x), options.shift); });");
    const four = "[1, 2, 3, 4].map((x) => f(tf.scalar(x)).dataSync()[0]).join()";
    expect(await result(`${four} + " " + f.program.compiled`)).toBe("'1,2,3,4 true'");
    await run("k = 10;");
    expect(await result(`${four} + " " + f.program.compiled`)).toBe("'10,20,30,40 true'");
    await run("options.shift = 1;");
    expect(await result(four)).toBe("'11,21,31,41'");
    expect(await result("[5, 6].map((n) => { k = n; return f(tf.scalar(1)).dataSync()[0]; }).join()")).toBe(
      "'6,7'",
    );
    await run("f(tf.scalar(1)); f(tf.scalar(1));");
    const shown = displayed(await run("f.program")).at(-1);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(["text/html", "image/png", "text/plain"]));
    expect(shown["text/plain"]).toMatch(/^Program of shifted: \d+ tfjs kernels became/);
  });

  it("a run says in its last line whether its steps were compiled", async () => {
    await run(
      [
        "const guide = () => { sample('z', dist.Normal(param('loc', 3), 1)) };",
        "const svi = (of: number | (() => number)) => new SVI(() => {",
        "  sample('z', dist.Normal(typeof of === 'number' ? of : of(), 1));",
        "}, guide, new optim.Adam({ lr: 0.01 }), new JitTrace_ELBO());",
      ].join("\n"),
    );
    const last = async (code: string) =>
      displayed(await run(code)).findLast((data) => / steps? in /.test(data["text/plain"]))?.["text/html"];
    expect(await last("await svi(0).run(2000);")).toMatch(/ · compiled<\/div>$/);
    expect(await last("await svi(Math.random).run(50);")).toMatch(
      / · eager: a number that the host computes/,
    );
    const steps = await run("const one = svi(Math.random); for (let i = 0; i < 9; i++) one.step();");
    const said = streamText(steps, "stderr") + streamText(steps) + JSON.stringify(displayed(steps));
    expect(said.match(/JitTrace_ELBO runs without the compiler here/g)).toHaveLength(1);
  });
});
