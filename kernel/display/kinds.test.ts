import { inflateSync } from "node:zlib";
import * as tf from "@tensorflow/tfjs-core";
import * as math from "mathjs";
import { describe, expect, it } from "vitest";
import "@tensorflow/tfjs-backend-cpu";
import { mimeBundle } from "../execute/mime.ts";
import { indexedPng, rgbaPng } from "./png.ts";
import { statisticsOf } from "./statistics.ts";
import { bare, shown } from "./testing/shown.ts";

describe("tensors", () => {
  const disposed = tf.ones([3]);
  disposed.dispose();

  it.each<[string, () => tf.Tensor, RegExp, RegExp | undefined]>([
    ["a scalar", () => tf.scalar(0.1), /^Tensor float32 0\.1$/, undefined],
    [
      "a vector",
      () => tf.tensor([1, 2, Number.NaN]),
      /^Tensor float32 \[3\] \[ 1, 2, NaN \]$/,
      /<b>Tensor float32 \[3\]<\/b>.*min 1 .*max 2 .*mean 1\.5 .*sd 0\.5 .*NaN 1<\/div><img strip of 3 values>/,
    ],
    ["a matrix", () => tf.ones([4, 5]), /^Tensor float32 \[4, 5\]\n\[/, /<img map of 4 × 5 values>/],
    ["slices", () => tf.ones([3, 4, 5]), /^Tensor float32 \[3, 4, 5\]/, /<img 3 slices of 4 × 5>/],
    [
      "many slices",
      () => tf.ones([50, 2, 2]),
      /^Tensor float32 \[50, 2, 2\]/,
      /<img first 12 of 50 slices of 2 × 2>/,
    ],
    [
      "many numbers",
      () => tf.range(0, 1000),
      /^Tensor float32 \[1000\], min 0, max 999, mean 499\.5, sd 288\.7\n\[0, 1, 2/,
      /<details><summary class="m">values/,
    ],
    ["infinite ones", () => tf.tensor([1, Number.POSITIVE_INFINITY]), /Infinity/, /infinite 1/],
    ["nothing but NaN", () => tf.fill([3], Number.NaN), /NaN/, /NaN 3<\/div><details/],
    ["truth values", () => tf.tensor([true, false]), /^Tensor bool \[2\]/, /mean 0\.5/],
    ["texts", () => tf.tensor(["<b>", "x"]), /^Tensor string \[2\]/, /&lt;b&gt;/],
    ["an empty one", () => tf.zeros([0, 3]), /^Tensor float32 \[0, 3\]/, undefined],
    ["a disposed one", () => disposed, /^Tensor float32 \[3\] \(disposed\)$/, /disposed/],
    [
      "a variable",
      () => tf.variable(tf.tensor([1, 2]), true, "<w>"),
      /^Variable "<w>" float32 \[2\]/,
      /Variable "&lt;w&gt;"/,
    ],
  ])("%s", async (_, make, text, html) => {
    const found = await shown(make());
    expect(found.text).toMatch(text);
    if (html === undefined) expect(found.html).toBeUndefined();
    else expect(found.html).toMatch(html);
  });

  it("have statistics that a large mean does not spoil", () => {
    const { mean, sd } = statisticsOf([1e9 + 1, 1e9 + 2, 1e9 + 3]);
    expect(mean).toBe(1e9 + 2);
    expect(sd).toBeCloseTo(Math.sqrt(2 / 3), 10);
  });

  it("leave no tensor behind", async () => {
    const tensor = tf.ones([20, 20]);
    const before = tf.memory().numTensors;
    await shown(tensor);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("typed arrays", () => {
  it.each<[string, unknown, RegExp | undefined]>([
    [
      "long ones have a strip",
      Float64Array.from({ length: 50 }, (_, i) => i),
      /^<div><b>Float64Array\(50\)<\/b>.*<img strip of 50 values>/,
    ],
    ["short ones unfold", new Int8Array([1, 2]), /<summary>Int8Array\(2\) \[1, 2\]<\/summary>/],
    ["so do those of bigints", new BigInt64Array(20), /BigInt64Array\(20\)/],
    ["bytes of a Buffer are text", Buffer.from("hallo"), undefined],
  ])("%s", async (_, value, html) => {
    const found = await shown(value);
    if (html === undefined) expect(found.html).toBeUndefined();
    else expect(found.html).toMatch(html);
  });
});

describe("pictures", () => {
  const decoded = (png: Buffer) => {
    const at = png.indexOf("IDAT");
    const size = png.readUInt32BE(at - 4);
    return [...inflateSync(png.subarray(at + 4, at + 4 + size))];
  };
  const pixels = Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 255]);

  it("are written row by row", () => {
    expect(decoded(rgbaPng(pixels, 1, 2))).toEqual([0, 255, 0, 0, 255, 0, 0, 255, 0, 255]);
    const colour = [1, 2, 3, 4] as const;
    expect(decoded(indexedPng(Uint8Array.from([0, 1]), 2, 1, [colour, colour]))).toEqual([0, 0, 1]);
  });

  it.each<[string, unknown, string]>([
    ["the bytes of a PNG", rgbaPng(pixels, 2, 1), "image/png"],
    ["the bytes of a JPEG", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]), "image/jpeg"],
    ["the bytes of a GIF", Buffer.from("GIF89a...."), "text/html"],
    ["pixels", { data: pixels, width: 2, height: 1 }, "image/png"],
  ])("%s are shown", async (_, value, mime) => {
    const bundle = await mimeBundle(value);
    expect(Object.keys(bundle)).toEqual([mime, "text/plain"]);
  });

  it("may say what stands for them", async () => {
    const { "text/html": html, ...others } = await mimeBundle({
      data: pixels,
      width: 2,
      height: 1,
      alt: "<red> & green",
    });
    expect(html).toMatch(/^<img src="data:image\/png;base64,[\w+/=]+" alt="&lt;red&gt; &amp; green">$/);
    expect(others).toMatchObject({ "image/png": expect.any(String), "text/plain": "<red> & green" });
  });

  it("need the right number of pixels", async () => {
    expect(await mimeBundle({ data: pixels, width: 3, height: 1 })).not.toHaveProperty("image/png");
  });
});

describe("values of other worlds", () => {
  it.each<[string, object, Record<string, unknown>]>([
    ["_repr_html_", { _repr_html_: () => "<b>h</b>" }, { "text/html": "<b>h</b>" }],
    [
      "_repr_mimebundle_",
      { _repr_mimebundle_: () => [{ "text/latex": "$x$" }, {}] },
      { "text/latex": "$x$" },
    ],
    ["_repr_png_ of bytes", { _repr_png_: () => Uint8Array.from([1, 2]) }, { "image/png": "AQI=" }],
    [
      "toMimeBundle later",
      { toMimeBundle: async () => ({ "text/markdown": "*m*" }) },
      { "text/markdown": "*m*" },
    ],
    ["_toHtml", { _toHtml: () => "<i>i</i>" }, { "text/html": "<i>i</i>" }],
    [
      "a method that fails",
      {
        _repr_html_: () => {
          throw new Error("no");
        },
      },
      { "text/html": expect.stringContaining("_repr_html_") },
    ],
    [
      "a formula of mathjs",
      math.parse("x / 2"),
      { "text/latex": expect.stringContaining("\\frac"), "text/plain": "x / 2" },
    ],
    ["a matrix of mathjs", math.matrix([1, 2]), { "text/plain": "[1, 2]" }],
    ["a unit of mathjs", math.unit("2 cm"), { "text/plain": "2 cm" }],
  ])("%s", async (_, value, expected) => {
    const bundle = await mimeBundle(value);
    expect(bundle).toMatchObject(expected);
    expect(bundle).toHaveProperty("text/plain");
  });
});

describe("errors as values", () => {
  it("show their causes, and their stacks to unfold", async () => {
    const outer = new Error("<outer>", { cause: new TypeError("inner", { cause: "a text" }) });
    const { html, text } = await shown(outer);
    expect(html).toMatch(
      /^<details><summary><b>Error: &lt;outer&gt;<\/b><\/summary><pre>at .*caused by <b>TypeError: inner.*caused by a text/s,
    );
    expect(text).toContain("[cause]: TypeError: inner");
  });

  it("show what an AggregateError gathers", async () => {
    const { html } = await shown(new AggregateError([new Error("one"), "two"], "both"));
    expect(html).toMatch(/both.*<li>.*one.*<li>.*two/s);
  });

  it("may go round in a circle", async () => {
    const error = new Error("round");
    error.cause = error;
    expect((await shown(error)).html?.match(/round/g)).toHaveLength(1);
  });
});

describe("what shows itself", () => {
  it("may have HTML as an accessor of its class", async () => {
    class Element {
      get outerHTML() {
        return "<b>x</b>";
      }
      get tagName() {
        return "B";
      }
    }
    expect(await mimeBundle(new Element())).toEqual({ "text/html": "<b>x</b>", "text/plain": "<b>" });
  });

  it("is read bare in these tests", () => {
    expect(bare('<div class="tspyro-value"><style>x</style><span class="m">a</span></div>')).toBe("a");
  });
});
