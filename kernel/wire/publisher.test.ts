import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Framing } from "./framing.ts";
import { Publisher } from "./publisher.ts";
import type { Sender } from "./sender.ts";
import { limitsFrom } from "./throttle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Sent {
  type: string;
  content: { name?: string; text?: string; execution_state?: string };
}

function publisher() {
  const sent: string[] = [];
  const framing = {
    encode: ({ type, content }: Sent) => {
      sent.push(content.text ?? content.execution_state ?? type);
      return [];
    },
  } as unknown as Framing;
  const made = new Publisher(framing, { send: () => {} } as unknown as Sender, limitsFrom(undefined));
  const [watched, unattended] = [Buffer.from("a"), Buffer.from("b")];
  made.unattended(unattended);
  return { publisher: made, sent, watched, unattended };
}

describe("text", () => {
  it("is shown soon where somebody reads, and gathered where a program runs the notebook", () => {
    for (const [who, messages] of [
      ["watched", ["0\n", "1\n", "2\n", "3\n"]],
      ["unattended", ["0\n1\n2\n3\n"]],
    ] as const) {
      const { publisher: made, sent, ...cells } = publisher();
      for (let i = 0; i < 4; i++) {
        made.stream(cells[who], "stdout", `${i}\n`);
        vi.advanceTimersByTime(100);
      }
      vi.advanceTimersByTime(1000);
      expect(sent).toEqual(messages);
    }
  });

  it("is not held back for ever", () => {
    const { publisher: made, sent, unattended } = publisher();
    made.stream(unattended, "stdout", "half an hour ago\n");
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual(["half an hour ago\n"]);
  });

  it.each(["watched", "unattended"] as const)("of a cell that is %s keeps its place", (who) => {
    const { publisher: made, sent, ...cells } = publisher();
    const parent = cells[who];
    made.stream(parent, "stdout", "1\n");
    made.stream(parent, "stdout", "2\n");
    made.stream(parent, "stderr", "3\n");
    made.stream(parent, "stdout", "4\n");
    made.publish({ type: "display_data", content: {}, parent });
    made.stream(parent, "stdout", "5\n");
    // Before the front end is asked for input, or the reply leaves.
    made.flush();
    made.stream(parent, "stdout", "6\n");
    made.status(parent, "idle");
    expect(sent).toEqual(["1\n2\n", "3\n", "4\n", "display_data", "5\n", "6\n", "idle"]);
  });

  it("of another cell does not wait for that of the first", () => {
    const { publisher: made, sent, watched, unattended } = publisher();
    made.stream(unattended, "stdout", "1\n");
    made.stream(watched, "stdout", "2\n");
    expect(sent).toEqual(["1\n"]);
    vi.advanceTimersByTime(20);
    expect(sent).toEqual(["1\n", "2\n"]);
  });
});
