import { expect, it, vi } from "vitest";
import type { Publication } from "../execute/outputs.ts";
import type { CommRequest } from "../wire/messages.ts";
import { Comms } from "./manager.ts";

function setUp() {
  const sent: [string, Publication][] = [];
  return { sent, comms: new Comms((message, publication) => sent.push([message, publication])) };
}
const request = (
  message: CommRequest["message"],
  content: object,
  buffers: Uint8Array[] = [],
): CommRequest => ({
  type: "comm",
  run: 1,
  message,
  content: { ...content },
  metadata: {},
  buffers,
});

it("opens, sends and closes, with copies of just the bytes that are meant", () => {
  const { comms, sent } = setUp();
  const memory = new Float64Array([1, 2, 3]);
  const comm = comms.open("target", {
    data: { a: 1 },
    metadata: { version: "2.1.0" },
    buffers: [memory.subarray(1, 2)],
  });
  memory[1] = 9;
  comm.send({ b: 2 }, { buffers: [new Uint8Array([7])] });
  comm.close();
  comm.close();
  expect(sent.map(([message]) => message)).toEqual(["comm_open", "comm_msg", "comm_close"]);
  expect(sent[0]?.[1]).toMatchObject({
    content: { comm_id: comm.id, target_name: "target", data: { a: 1 } },
    metadata: { version: "2.1.0" },
  });
  expect(sent[0]?.[1].buffers).toEqual([new Uint8Array(new Float64Array([2]).buffer)]);
  expect(sent[1]?.[1]).toMatchObject({
    content: { comm_id: comm.id, data: { b: 2 } },
    buffers: [new Uint8Array([7])],
  });
});

it("hands messages of the front end to the comm they are for", () => {
  const { comms } = setUp();
  const comm = comms.open("target", { data: {} });
  const [message, close] = [vi.fn(), vi.fn()];
  comm.onMessage(message);
  comm.onClose(close);
  const buffers = [new Uint8Array([1])];
  comms.receive(request("comm_msg", { comm_id: comm.id, data: 5 }, buffers));
  comms.receive(request("comm_msg", { comm_id: "another", data: 6 }));
  expect(message.mock.calls).toEqual([[{ data: 5, metadata: {}, buffers }]]);
  comms.receive(request("comm_close", { comm_id: comm.id }));
  expect(close).toHaveBeenCalledTimes(1);
});

it("lets the front end open a comm of a known target, and closes one of an unknown target", () => {
  const { comms, sent } = setUp();
  comms.registerTarget("known", (comm, opening) => comm.send({ echo: opening.data }));
  comms.receive(request("comm_open", { comm_id: "x", target_name: "known", data: 1 }));
  comms.receive(request("comm_open", { comm_id: "y", target_name: "unknown", data: 1 }));
  expect(sent.map(([message, { content }]) => [message, content.comm_id])).toEqual([
    ["comm_msg", "x"],
    ["comm_close", "y"],
  ]);
});
