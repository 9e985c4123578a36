import type { MessagePort } from "node:worker_threads";
import type { Framing } from "./framing.ts";
import type { Publisher } from "./publisher.ts";
import type { Runs } from "./runs.ts";
import type { Sender } from "./sender.ts";
import { type Shared, Word } from "./shared.ts";

export interface StdinPorts {
  framing: Framing;
  publisher: Publisher;
  runs: Runs;
  sender: Sender;
  words: Shared["words"];
  /** Where main takes the answers from. */
  input: MessagePort;
}

/** Questions of cells to whoever sits at the front end. */
export class Stdin {
  readonly #ports: StdinPorts;
  /** Whether main waits for an answer: what nobody asked for would pile up. */
  #asked = false;

  constructor(ports: StdinPorts) {
    this.#ports = ports;
  }

  ask(run: number, prompt: string, password: boolean): void {
    const { runs, publisher, sender, framing } = this.#ports;
    const request = runs.get(run);
    if (request === undefined) return;
    publisher.flush();
    this.#asked = true;
    const { idents, rawHeader: parent } = request;
    sender.send(framing.encode({ type: "input_request", content: { prompt, password }, parent, idents }));
  }

  receive(frames: Buffer[]): void {
    const { framing, input, words } = this.#ports;
    const message = framing.decode(frames);
    if (message?.header.msg_type !== "input_reply" || !this.#asked) return;
    this.#asked = false;
    input.postMessage(String(message.content.value ?? ""));
    Atomics.add(words, Word.input, 1);
    Atomics.notify(words, Word.input);
  }
}
