import { randomUUID } from "node:crypto";
import type { Comm, CommManager, CommMessage, CommOpenOptions } from "../../widgets/host/types.ts";
import type { Publication } from "../execute/outputs.ts";
import type { CommRequest, Content } from "../wire/messages.ts";

type Publish = (message: string, publication: Publication) => void;
type Send = (message: string, content: Content, more?: Partial<Publication>) => void;
type TargetHandler = (comm: Comm, opening: CommMessage) => void;

/** Comms in both directions, by Jupyter's protocol. */
export class Comms implements CommManager {
  readonly #publish: Publish;
  readonly #open = new Map<string, OpenComm>();
  readonly #targets = new Map<string, TargetHandler>();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  open(target: string, { data, metadata, buffers }: CommOpenOptions): Comm {
    const comm = this.#add(randomUUID().replaceAll("-", ""));
    this.#publish("comm_open", {
      content: { comm_id: comm.id, target_name: target, data },
      metadata,
      buffers: copies(buffers),
    });
    return comm;
  }

  registerTarget(target: string, handler: TargetHandler): void {
    this.#targets.set(target, handler);
  }

  /** A message from the front end; what a callback throws is the caller's to show. */
  receive({ message, content, metadata, buffers }: CommRequest): void {
    const id = String(content.comm_id);
    const received: CommMessage = { data: content.data, metadata, buffers };
    switch (message) {
      case "comm_open": {
        const handler = this.#targets.get(String(content.target_name));
        // The protocol's answer to a target that nobody knows is to close the comm again.
        if (handler === undefined) return this.#publish("comm_close", { content: { comm_id: id, data: {} } });
        return handler(this.#add(id), received);
      }
      case "comm_msg":
        return this.#open.get(id)?.receive(received);
      case "comm_close": {
        const comm = this.#open.get(id);
        this.#open.delete(id);
        return comm?.closed();
      }
      default:
        message satisfies never;
    }
  }

  #add(id: string): OpenComm {
    const send: Send = (message, content, more = {}) =>
      this.#publish(message, { content: { comm_id: id, ...content }, ...more });
    const comm = new OpenComm(id, send, () => this.#open.delete(id));
    this.#open.set(id, comm);
    return comm;
  }
}

class OpenComm implements Comm {
  readonly id: string;
  readonly #send: Send;
  readonly #forget: () => boolean;
  readonly #messages = new Set<(message: CommMessage) => void>();
  readonly #closings = new Set<() => void>();

  constructor(id: string, send: Send, forget: () => boolean) {
    this.id = id;
    this.#send = send;
    this.#forget = forget;
  }

  send(
    data: unknown,
    {
      buffers,
      metadata,
    }: {
      buffers?: readonly ArrayBufferView[] | undefined;
      metadata?: Record<string, unknown> | undefined;
    } = {},
  ): void {
    this.#send("comm_msg", { data }, { metadata, buffers: copies(buffers) });
  }

  onMessage(callback: (message: CommMessage) => void): void {
    this.#messages.add(callback);
  }

  onClose(callback: () => void): void {
    this.#closings.add(callback);
  }

  close(): void {
    if (this.#forget()) this.#send("comm_close", { data: {} });
  }

  receive(message: CommMessage): void {
    for (const callback of [...this.#messages]) callback(message);
  }

  closed(): void {
    for (const callback of [...this.#closings]) callback();
  }
}

/** The bytes as they are now, without the rest of the memory that they stand in. */
function copies(buffers: readonly ArrayBufferView[] | undefined): Uint8Array[] | undefined {
  return buffers?.map(({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(buffer, byteOffset, byteLength).slice(),
  );
}
