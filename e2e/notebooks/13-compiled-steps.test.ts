import { expect, it } from "vitest";
import { errorsIn, executeNotebook, mimeTypes, outputsOf, printed } from "./execute.ts";

it("13-compiled-steps: what is compiled agrees and is faster, what is refused says why", async () => {
  const notebook = await executeNotebook("13-compiled-steps");
  expect(errorsIn(notebook)).toEqual([]);

  const [, written, compiled] = /written: (\S+)\ncompiled: +(\S+)/.exec(printed(notebook, "jit")) ?? [];
  expect(Number(compiled)).toBeCloseTo(Number(written), 5);
  expect(printed(notebook, "jit").match(/for 200/g), "one loop").toHaveLength(1);
  expect(printed(notebook, "svi-both")).toMatch(/compiled is true/);
  const apart = Number(/differ by more than (\S+)/.exec(printed(notebook, "svi-both"))?.[1]);
  expect(apart, "losses around 10 in float32").toBeLessThan(1e-4);
  // It is hundreds; a machine that is busy with other things may take some of it away.
  expect(Number(/(\d+) times faster/.exec(printed(notebook, "long"))?.[1])).toBeGreaterThan(20);

  const rows = [outputsOf(notebook, "refused")[0]?.data?.["text/plain"]].flat().join("").split("\n");
  const verdict = (oddity: string) => rows.find((row) => row.startsWith(oddity));
  expect(verdict("nothing odd")).toMatch(/compiled/);
  expect(verdict("a counter")).toMatch(/as written .*changes the vari/);
  expect(verdict("Math.random()")).toMatch(/as written .*the host computes/);
  expect(verdict("an if on a drawn value")).toMatch(/as written .*reads a tensor/);
  expect(verdict("tf.randomNormal")).toMatch(/as written .*the host computes/);
  expect(verdict("a list that grows")).toMatch(/as written .*changes the vari/);
  expect(printed(notebook, "branch")).toMatch(/compiled is true/);
  expect(printed(notebook, "changes")).toMatch(/factor 2: 10 compiled is true\nfactor 10: 50/);

  for (const cell of ["cost", "jit-picture", "svi", "scale"]) {
    expect(mimeTypes(notebook, cell), cell).toContain("text/html");
  }
});
