import { isUtf8 } from "node:buffer";
import type { Framing, Outgoing } from "./framing.ts";
import type { Sender } from "./sender.ts";
import { Throttle, type ThrottleLimits } from "./throttle.ts";

type Stream = "stdout" | "stderr";

/** How long text waits for more text before it becomes a message: where somebody reads along, and where nobody does. */
const delay = { watched: 20, unattended: 500 };
const largest = 1 << 18;
/** How often a flood shows where it is. */
const pace = 1000;
/** Cells whose text is counted; older ones, which speak by a timer, have a burst again. */
const counted = 16;

/** The iopub channel. Text is gathered into few messages, a flood of it is throttled, and the order is kept. */
export class Publisher {
  readonly #framing: Framing;
  readonly #sender: Sender;
  readonly #limits: ThrottleLimits;
  readonly #throttles = new Map<Buffer | undefined, Throttle>();
  readonly #unattended = new WeakSet<Buffer>();
  #settling: NodeJS.Timeout | undefined;
  #pending: { parent: Buffer | undefined; name: Stream; texts: string[]; size: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(framing: Framing, sender: Sender, limits: ThrottleLimits) {
    this.#limits = limits;
    this.#framing = framing;
    this.#sender = sender;
  }

  /**
   * The cell's output is put into a notebook by a program (nbclient), message by message: its text is gathered for longer.
   */
  unattended(parent: Buffer): void {
    this.#unattended.add(parent);
  }

  stream(parent: Buffer | undefined, name: Stream, text: string): void {
    const throttle = this.#throttleOf(parent);
    const shown = throttle.take(name, text);
    if (shown !== "") this.#write(parent, name, shown);
    if (throttle.holds) this.#settling ??= setTimeout(() => this.#settle(), pace);
  }

  #write(parent: Buffer | undefined, name: Stream, text: string): void {
    if (this.#pending?.parent !== parent || this.#pending?.name !== name) this.flush();
    this.#pending ??= { parent, name, texts: [], size: 0 };
    this.#pending.texts.push(text);
    this.#pending.size += text.length;
    if (this.#pending.size > largest) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), delay[this.#attention(parent)]);
  }

  #attention(parent: Buffer | undefined): keyof typeof delay {
    return parent !== undefined && this.#unattended.has(parent) ? "unattended" : "watched";
  }

  publish(message: Omit<Outgoing, "idents">): void {
    this.flush();
    this.#send(message);
  }

  status(parent: Buffer | undefined, state: "starting" | "busy" | "idle"): void {
    if (state === "idle") this.#end(parent);
    this.publish({ type: "status", content: { execution_state: state }, parent });
  }

  welcome(topic: Buffer): void {
    if (!isUtf8(topic)) return;
    const content = { subscription: topic.toString("utf8") };
    this.#sender.send(
      this.#framing.encode({ type: "iopub_welcome", content, parent: undefined, idents: [topic] }),
    );
  }

  #throttleOf(parent: Buffer | undefined): Throttle {
    const known = this.#throttles.get(parent);
    if (known !== undefined) return known;
    const fresh = new Throttle(this.#limits);
    this.#throttles.set(parent, fresh);
    const [oldest] = this.#throttles.keys();
    if (this.#throttles.size > counted) {
      this.#end(oldest);
      this.#throttles.delete(oldest);
    }
    return fresh;
  }

  /** Lets some of what was held back pass, now and then. */
  #settle(): void {
    this.#settling = undefined;
    let more = false;
    for (const [parent, throttle] of this.#throttles) {
      for (const [name, text] of throttle.settle()) this.#write(parent, name, text);
      more ||= throttle.holds;
    }
    if (more) this.#settling = setTimeout(() => this.#settle(), pace);
  }

  /** A cell is through: its last lines are shown. */
  #end(parent: Buffer | undefined): void {
    for (const [name, text] of this.#throttles.get(parent)?.settle(true) ?? [])
      this.#write(parent, name, text);
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
    for (const parent of this.#throttles.keys()) this.#end(parent);
    clearTimeout(this.#settling);
    this.flush();
    await this.#sender.flushed();
  }

  #send(message: Omit<Outgoing, "idents">): void {
    this.#sender.send(this.#framing.encode({ ...message, idents: [`kernel.${message.type}`] }));
  }
}
