import { describe, expect, it } from "vitest";
import { decode } from "../front/decode.ts";
import { encode } from "./encode.ts";

/** As a front end does it: buffers come apart from the JSON and are put in their places as DataViews. */
function acrossTheWire(value: unknown): unknown {
  const { state, bufferPaths, buffers } = encode(value);
  const received = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
  bufferPaths.forEach((path, i) => {
    const view = buffers[i] as Uint8Array;
    // At an odd offset, as in a message of several parts.
    const message = new Uint8Array(view.byteLength + 3);
    message.set(view, 3);
    let place: Record<string, unknown> = received;
    for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
    place[String(path.at(-1))] = new DataView(message.buffer, 3);
  });
  return decode(received);
}

describe("a view's data in a widget's state", () => {
  it.each([
    ["plain values", { a: 1, b: "x", c: [true, null], d: { e: [] } }],
    ["numbers that JSON lacks", { a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }],
    ["places in a list that hold nothing", { uses: [undefined, { a: 1 }, null] }],
    [
      "typed arrays",
      {
        runs: [{ low: Float32Array.of(1, Number.NaN, 3) }, { x: Float64Array.of(0.1) }],
        e: new Float32Array(),
      },
    ],
  ])("arrives whole: %s", (_, value) => {
    expect(acrossTheWire(value)).toStrictEqual(value);
  });

  it("copies arrays, which may change before the message leaves", () => {
    const array = Float32Array.of(1);
    const { buffers } = encode({ array });
    array[0] = 2;
    expect(new Float32Array((buffers[0] as Uint8Array).buffer)[0]).toBe(1);
  });

  it("leaves out what is undefined and says where buffers belong", () => {
    const { state, bufferPaths } = encode({ a: undefined, b: [Float32Array.of(1)] }, ["id", "state"]);
    expect(state).toEqual({ b: [{ $array: "float32" }] });
    expect(bufferPaths).toEqual([["id", "state", "b", 0, "data"]]);
  });
});
