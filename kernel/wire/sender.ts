import type { MessageLike, Writable } from "zeromq";

/** Sends in order over a socket that takes one message at a time. */
export class Sender {
  readonly #socket: Writable;
  readonly #queue: MessageLike[][] = [];
  #sending: Promise<void> | undefined;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  send(frames: MessageLike[]): void {
    this.#queue.push(frames);
    this.#sending ??= this.#drain();
  }

  /** Resolves when everything so far has been handed to ZeroMQ. */
  async flushed(): Promise<void> {
    await this.#sending;
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      try {
        await this.#socket.send(next);
      } catch {
        // The peer has gone, or the socket is closed: there is nobody to tell.
      }
    }
    this.#sending = undefined;
  }
}
