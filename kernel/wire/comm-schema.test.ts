import { expect, it } from "vitest";
import { commFault } from "./comm-schema.ts";
import type { CommRequest } from "./messages.ts";

const open = new Set(["there"]);
const fault = (message: CommRequest["message"], content: Record<string, unknown>, buffers = 0) =>
  commFault(message, { content, buffers: Array.from({ length: buffers }, () => new Uint8Array()) }, open);

it.each<[string, CommRequest["message"], Record<string, unknown>, number]>([
  ["an opening", "comm_open", { comm_id: "a", target_name: "t", data: { x: 1 } }, 0],
  ["an opening without data", "comm_open", { comm_id: "a", target_name: "t" }, 0],
  [
    "ids of objects' own members",
    "comm_open",
    { comm_id: "__proto__", target_name: "constructor", data: {} },
    0,
  ],
  ["a message", "comm_msg", { comm_id: "there", data: { method: "custom", content: [] } }, 0],
  ["a message to a comm that is closed", "comm_msg", { comm_id: "gone", data: {} }, 0],
  ["buffers with paths", "comm_msg", { comm_id: "there", data: { buffer_paths: [["a", 0], ["b"]] } }, 2],
  ["buffers of one's own protocol", "comm_msg", { comm_id: "there", data: {} }, 2],
  ["an end", "comm_close", { comm_id: "there" }, 0],
])("takes %s", (_, message, content, buffers) => {
  expect(fault(message, content, buffers)).toBeUndefined();
});

it.each<[string, CommRequest["message"], Record<string, unknown>, number, RegExp]>([
  ["no id", "comm_msg", { data: {} }, 0, /comm_id/],
  ["an id that is an object", "comm_close", { comm_id: {} }, 0, /comm_id/],
  ["an empty id", "comm_close", { comm_id: "" }, 0, /comm_id/],
  ["an id of a million characters", "comm_close", { comm_id: "x".repeat(1e6) }, 0, /1024/],
  ["no target", "comm_open", { comm_id: "a", data: {} }, 0, /target_name/],
  ["a target that is a list", "comm_open", { comm_id: "a", target_name: ["t"], data: {} }, 0, /target_name/],
  ["data that is a list", "comm_open", { comm_id: "a", target_name: "t", data: [] }, 0, /data/],
  ["data that is null", "comm_msg", { comm_id: "there", data: null }, 0, /data/],
  ["an id that is open", "comm_open", { comm_id: "there", target_name: "t", data: {} }, 0, /open already/],
  [
    "paths that are a text",
    "comm_msg",
    { comm_id: "there", data: { buffer_paths: "x" } },
    1,
    /list of lists/,
  ],
  [
    "a path that is a text",
    "comm_msg",
    { comm_id: "there", data: { buffer_paths: ["x"] } },
    1,
    /list of lists/,
  ],
  [
    "more paths than buffers",
    "comm_msg",
    { comm_id: "there", data: { buffer_paths: [["x"]] } },
    0,
    /0 buffers and 1/,
  ],
  ["a step below zero", "comm_msg", { comm_id: "there", data: { buffer_paths: [[-1]] } }, 1, /index/],
  ["a step that is an object", "comm_msg", { comm_id: "there", data: { buffer_paths: [[{}]] } }, 1, /index/],
  [
    "a way into a prototype",
    "comm_msg",
    { comm_id: "there", data: { buffer_paths: [["state", "__proto__"]] } },
    1,
    /__proto__/,
  ],
])("refuses %s, and says why", (_, message, content, buffers, reason) => {
  expect(fault(message, content, buffers)).toMatch(reason);
});

it("refuses to remember comms without end", () => {
  const many = { has: () => false, size: 10_000 };
  const content = { comm_id: "a", target_name: "t", data: {} };
  expect(commFault("comm_open", { content, buffers: [] }, many)).toMatch(/10000 comms/);
});
