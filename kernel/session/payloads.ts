import type { MimeBundle } from "../execute/mime.ts";

type Payload =
  | { source: "page"; data: MimeBundle; start: number }
  | { source: "set_next_input"; text: string; replace: boolean };

/** What the reply to a cell asks the front end to do: open its pager, put text into the next cell. */
export class Payloads {
  readonly #waiting = new Map<number, Payload[]>();
  readonly #run: () => number | undefined;

  /** @param run the cell whose code runs now; what code of no cell asks for is not heard */
  constructor(run: () => number | undefined) {
    this.#run = run;
  }

  page(data: MimeBundle): void {
    this.#add({ source: "page", data, start: 0 });
  }

  setNextInput = (text: string, { replace = false }: { replace?: boolean } = {}): void => {
    this.#add({ source: "set_next_input", text: String(text), replace });
  };

  /** Those of the cell that is through. */
  take(run: number): Payload[] {
    const payloads = this.#waiting.get(run) ?? [];
    this.#waiting.delete(run);
    return payloads;
  }

  #add(payload: Payload): void {
    const run = this.#run();
    if (run === undefined) return;
    // One cell has one next cell: the last word counts.
    const others = (this.#waiting.get(run) ?? []).filter(
      ({ source }) => source === "page" || source !== payload.source,
    );
    this.#waiting.set(run, [...others, payload]);
  }
}
