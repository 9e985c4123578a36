import type { Framing, Outgoing } from "./framing.ts";
import type { Sender } from "./sender.ts";

type Stream = "stdout" | "stderr";

/** How long text waits for more text before it becomes a message. */
const delay = 20;
const largest = 1 << 18;

/** The iopub channel. Text is gathered into few messages; nothing is lost and the order is kept. */
export class Publisher {
  readonly #framing: Framing;
  readonly #sender: Sender;
  #pending: { parent: Buffer | undefined; name: Stream; texts: string[]; size: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(framing: Framing, sender: Sender) {
    this.#framing = framing;
    this.#sender = sender;
  }

  stream(parent: Buffer | undefined, name: Stream, text: string): void {
    if (this.#pending?.parent !== parent || this.#pending?.name !== name) this.flush();
    this.#pending ??= { parent, name, texts: [], size: 0 };
    this.#pending.texts.push(text);
    this.#pending.size += text.length;
    if (this.#pending.size > largest) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), delay);
  }

  publish(message: Omit<Outgoing, "idents">): void {
    this.flush();
    this.#send(message);
  }

  status(parent: Buffer | undefined, state: "starting" | "busy" | "idle"): void {
    this.publish({ type: "status", content: { execution_state: state }, parent });
  }

  welcome(topic: Buffer): void {
    const content = { subscription: topic.toString("utf8") };
    this.#sender.send(
      this.#framing.encode({ type: "iopub_welcome", content, parent: undefined, idents: [topic] }),
    );
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    const { parent, name, texts } = this.#pending;
    this.#pending = undefined;
    this.#send({ type: "stream", content: { name, text: texts.join("") }, parent });
  }

  async flushed(): Promise<void> {
    this.flush();
    await this.#sender.flushed();
  }

  #send(message: Omit<Outgoing, "idents">): void {
    this.#sender.send(this.#framing.encode({ ...message, idents: [`kernel.${message.type}`] }));
  }
}
