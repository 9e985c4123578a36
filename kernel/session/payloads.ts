import type { MimeBundle } from "../execute/mime.ts";

type Payload =
  | { source: "page"; data: MimeBundle; start: number }
  | { source: "set_next_input"; text: string; replace: boolean };

/** What the reply to a cell asks the front end to do: open its pager, put text into the next cell. */
export class Payloads {
  #waiting: Payload[] = [];

  page(data: MimeBundle): void {
    this.#waiting.push({ source: "page", data, start: 0 });
  }

  setNextInput = (text: string, { replace = false }: { replace?: boolean } = {}): void => {
    // One cell has one next cell: the last word counts.
    this.#waiting = this.#waiting.filter((one) => one.source !== "set_next_input");
    this.#waiting.push({ source: "set_next_input", text: String(text), replace });
  };

  /** Those of the cell that is through. */
  take(): Payload[] {
    return this.#waiting.splice(0);
  }
}
