import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, it } from "vitest";
import { jit, setProgramPicture } from "../../lib/jit/index.ts";
import { programView } from "./program.ts";
import { displaySymbol, type Showable } from "./types.ts";

afterEach(() => setProgramPicture(undefined));

it("a compiled function's program shows itself as a picture where a host draws it", async () => {
  setProgramPicture((program) => programView(program).bundle());
  const f = jit(function twice(x: tf.Tensor) {
    return tf.mul(tf.exp(x), 2);
  });
  for (let i = 0; i < 3; i++) f(tf.ones([40]));
  const bundle = await (f.program as unknown as Showable)[displaySymbol]();
  expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
  expect(bundle["text/html"]).toMatch(/^<img src="data:image\/svg\+xml;base64,/);
  expect(bundle["text/plain"]).toMatch(/^Program of twice: 2 tfjs kernels became 1 loop/);
});
