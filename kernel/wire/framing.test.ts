import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Framing } from "./framing.ts";
import { pointsBefore, unitsBefore } from "./unicode.ts";

const key = "secret";
const framing = () => new Framing({ key, signature_scheme: "hmac-sha256" });
const header = {
  msg_id: "1",
  msg_type: "kernel_info_request",
  session: "s",
  username: "u",
  date: "",
  version: "5.3",
};

const limits = { parts: 16, bytes: 1000, header: 500, remembered: 100 };

function frames(parts: unknown[] = [header, {}, {}, { a: 1 }], signature?: string): Buffer[] {
  const texts = parts.map((part) => Buffer.from(typeof part === "string" ? part : JSON.stringify(part)));
  const hmac = createHmac("sha256", key);
  for (const text of texts) hmac.update(text);
  return [
    Buffer.from("id"),
    Buffer.from("<IDS|MSG>"),
    Buffer.from(signature ?? hmac.digest("hex")),
    ...texts,
  ];
}

describe("framing", () => {
  it("reads what is well formed and signed, buffers included", () => {
    const received = framing().decode([...frames(), Buffer.from([1, 2])]);
    expect(received?.content).toEqual({ a: 1 });
    expect(received?.idents.map(String)).toEqual(["id"]);
    expect(received?.buffers).toEqual([new Uint8Array([1, 2])]);
  });

  it.each<[string, Buffer[]]>([
    ["nothing", []],
    ["noise", [Buffer.from("noise")]],
    ["too few parts", frames().slice(0, 5)],
    ["no signature", frames(undefined, "")],
    ["another key's signature", frames(undefined, "0".repeat(64))],
    ["no JSON", frames([header, "{", {}, {}])],
    ["a header that is a list", frames([[], {}, {}, {}])],
    ["a header without a type", frames([{ msg_id: "1" }, {}, {}, {}])],
    ["content that is a number", frames([header, {}, {}, 5])],
  ])("drops %s", (_, message) => {
    const own = framing();
    expect(own.decode(message)).toBeUndefined();
    expect(own.dropped).toBe(1);
  });

  it("drops what comes again, and says why", () => {
    const said: string[] = [];
    const own = new Framing({ key, signature_scheme: "hmac-sha256" }, (text) => said.push(text));
    const message = frames();
    expect(own.decode(message)?.content).toEqual({ a: 1 });
    expect(own.decode(message)).toBeUndefined();
    expect(own.decode(frames([{ ...header, msg_id: "2" }, {}, {}, {}]))?.header.msg_id).toBe("2");
    own.decode(frames(undefined, ""));
    own.decode(frames(undefined, "f".repeat(64)));
    own.decode(frames().slice(0, 5));
    expect(said).toEqual([
      "A message was dropped: it has come before.",
      "A message was dropped: it is not signed.",
      "A message was dropped: its signature is wrong.",
      "A message was dropped: it has 2 of its 4 dictionaries.",
    ]);
  });

  it("compares with the newest signatures only", () => {
    const own = new Framing({ key, signature_scheme: "hmac-sha256" }, undefined, {
      ...limits,
      remembered: 2,
    });
    const numbered = (id: number) => frames([{ ...header, msg_id: String(id) }, {}, {}, {}]);
    for (const id of [1, 2, 3]) expect(own.decode(numbered(id))).toBeDefined();
    expect(own.decode(numbered(3))).toBeUndefined();
    expect(own.decode(numbered(1))).toBeDefined();
  });

  it.each<[string, Buffer[]]>([
    ["too many parts", [...frames(), ...Array.from({ length: 20 }, () => Buffer.alloc(1))]],
    ["too many bytes", frames([header, {}, {}, { text: "x".repeat(2000) }])],
    ["too long a header", frames([{ ...header, more: "x".repeat(600) }, {}, {}, {}])],
  ])("drops %s before it reads them", (_, message) => {
    const own = new Framing({ key, signature_scheme: "hmac-sha256" }, undefined, limits);
    expect(own.decode(message)).toBeUndefined();
    expect(own.decode(frames())).toBeDefined();
  });

  it("writes what it can read", () => {
    const own = framing();
    const parent = Buffer.from(JSON.stringify(header));
    const message = own.encode({ type: "stream", content: { text: "é😀" }, parent, idents: ["topic"] });
    const received = own.decode(message.map((frame) => Buffer.from(frame as Uint8Array)));
    expect(received?.header.msg_type).toBe("stream");
    expect(received?.content).toEqual({ text: "é😀" });
  });

  it("neither signs nor checks without a key", () => {
    const open = new Framing({ key: "", signature_scheme: "hmac-sha256" });
    expect(open.decode(frames(undefined, ""))?.content).toEqual({ a: 1 });
  });
});

describe("positions", () => {
  it.each([
    ["abc", 2, 2],
    ["a😀b", 1, 1],
    ["a😀b", 2, 3],
    ["a😀b", 3, 4],
    ["😀", 5, 2],
  ])("%j: %i code points are %i code units", (text, points, units) => {
    expect(unitsBefore(text, points)).toBe(units);
    expect(pointsBefore(text, units)).toBe(Math.min(points, [...text].length));
  });
});
