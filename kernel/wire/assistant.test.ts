import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import type { LanguageRequest } from "../language/types.ts";
import { Assistant } from "./assistant.ts";

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A port behind which somebody knows one word. */
function worker(answers = true): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  port2.on("message", ({ id }: LanguageRequest) => {
    if (answers) port2.postMessage({ id, result: { start: 0, end: 2, matches: [{ text: "cbrt" }] } });
  });
  return port1;
}
const asked = { code: "cb", cursor_pos: 2 };

it("what is asked before there is a worker is answered by the first that comes", async () => {
  const assistant = new Assistant();
  const answer = assistant.complete(asked);
  assistant.connect(worker());
  expect(await answer).toMatchObject({ matches: ["cbrt"], cursor_start: 0, cursor_end: 2 });
});

it("what a worker that has gone did not answer is answered with nothing, what comes later by the next", async () => {
  const assistant = new Assistant();
  assistant.connect(worker(false));
  const lost = assistant.complete(asked);
  assistant.connect(worker());
  expect(await lost).toMatchObject({ matches: [], cursor_start: 2, cursor_end: 2 });
  expect(await assistant.complete(asked)).toMatchObject({ matches: ["cbrt"] });
});
