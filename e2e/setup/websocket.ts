import { randomUUID } from "node:crypto";

/** A message as jupyter-server passes it to and from a page. */
export interface Message {
  channel: string;
  header: { msg_id: string; msg_type: string };
  parent_header: { msg_id?: string };
  metadata: object;
  // Tests check what a message carries, field by field.
  content: object;
  buffers: unknown[];
}

const session = randomUUID();

export function request(type: string, content: object): Message {
  const header = {
    ...{ msg_id: randomUUID(), msg_type: type, session, username: "test" },
    ...{ date: new Date().toISOString(), version: "5.4" },
  };
  return { channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] };
}

/**
 * `v1.kernel.websocket.jupyter.org`: a count, as many offsets, then the parts, all offsets as 64-bit numbers
 * (https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html).
 */
export function encode({
  channel,
  header,
  parent_header,
  metadata,
  content,
}: Message): Uint8Array<ArrayBuffer> {
  const parts = [
    channel,
    ...[header, parent_header, metadata, content].map((part) => JSON.stringify(part)),
  ].map((text) => new TextEncoder().encode(text));
  const offsets = [8 * (parts.length + 2)];
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length);
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of [offsets.length, ...offsets].entries())
    view.setBigUint64(8 * i, BigInt(value), true);
  for (const [i, part] of parts.entries()) bytes.set(part, offsets[i]);
  return bytes;
}

export function decode(data: string | ArrayBuffer): Message {
  if (typeof data === "string") return JSON.parse(data) as Message;
  const view = new DataView(data);
  const at = (i: number) => Number(view.getBigUint64(8 * i, true));
  const count = at(0);
  const part = (i: number) => new Uint8Array(data, at(i + 1), at(i + 2) - at(i + 1));
  const text = (i: number) => new TextDecoder().decode(part(i));
  const [header, parent_header, metadata, content] = [1, 2, 3, 4].map((i) => JSON.parse(text(i)));
  const buffers = Array.from({ length: count - 6 }, (_, i) => part(i + 5));
  return { channel: text(0), header, parent_header, metadata, content, buffers };
}
