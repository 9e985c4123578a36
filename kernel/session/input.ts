import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Interrupts } from "../execute/interrupts.ts";
import type { ToWire } from "../wire/messages.ts";
import { Word } from "../wire/shared.ts";

/** What Jupyter's tools know by this name: nobody is there to be asked. */
export class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

export interface InputParts {
  port: MessagePort;
  interrupts: Interrupts;
  post(message: ToWire): void;
  run(): number;
  /** Whether the client that asked for the cell can be asked back. */
  allowed(): boolean;
}

/**
 * Asks the person at the notebook, and waits. The main thread sleeps meanwhile; the wire thread receives the answer
 * and wakes it, as does an interrupt.
 */
export class Input {
  readonly #parts: InputParts;

  constructor(parts: InputParts) {
    this.#parts = parts;
  }

  prompt(text = "", { password = false }: { password?: boolean } = {}): string {
    const { port, interrupts, post, run, allowed } = this.#parts;
    if (!allowed())
      throw new StdinNotImplementedError(
        `prompt(${JSON.stringify(text)}) has nobody to ask: who runs this cell takes no input (allow_stdin is false), as nbconvert and papermill do. Write the value into the cell instead.`,
      );
    while (receiveMessageOnPort(port) !== undefined) {
      // An answer to a question that was interrupted.
    }
    const before = Atomics.load(interrupts.words, Word.input);
    post({ type: "input", run: run(), prompt: text, password });
    for (;;) {
      Atomics.wait(interrupts.words, Word.input, before, 1000);
      interrupts.poll();
      const answer = receiveMessageOnPort(port) as { message: string } | undefined;
      if (answer !== undefined) return answer.message;
    }
  }

  confirm(text = ""): boolean {
    for (;;) {
      const answer = this.prompt(`${text} [y/n] `).trim().toLowerCase();
      if (["y", "yes", "true", "ok"].includes(answer)) return true;
      if (["n", "no", "false", ""].includes(answer)) return false;
    }
  }
}
