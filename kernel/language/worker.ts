import { flushCompileCache } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { collect } from "../execute/collect.ts";
import { Converter } from "./converter.ts";
import { isComplete } from "./is-complete.ts";
import { type Job, JobQueue, type Question, type Reply } from "./queue.ts";
import type {
  LanguageControl,
  LanguageEvent,
  LanguageOptions,
  LanguageRequest,
  LanguageResults,
} from "./types.ts";

/**
 * The thread that knows TypeScript. Requests come from main and, while main computes, from the wire thread over a
 * port of its own. A completion behind which a newer one of the same port waits is answered as superseded: the reader
 * has typed on.
 */
const options = workerData as LanguageOptions & { probe?: readonly [string, string] };
const queue = new JobQueue();
let converter: Converter | undefined;
let awake = false;
/** How long after the start nobody waits any more, and everything that the kernel loads is there; in ms. */
const [quiet, settled] = [1000, 5000];

function open(): Converter {
  if (converter === undefined) {
    const start = performance.now();
    converter = new Converter(options);
    const message = converter.problem(options.probe);
    if (message !== undefined) tellMain({ type: "warning", message });
    tellMain({ type: "ready", milliseconds: performance.now() - start });
    // The first question of a kind compiles the code that answers it: better while nobody asks than under a cursor.
    setImmediate(() => !awake && converter?.complete({ code: "tf.", cursor: 3 }));
    setTimeout(rest, quiet).unref();
  }
  return converter;
}

/** The first questions have been asked: what they had compiled is kept, and what they could do without is read. */
function rest(): void {
  flushCompileCache();
  if (!awake) converter?.readAll();
  setTimeout(tidy, settled).unref();
}

/** What the start has left behind: V8 would let as much again gather before it looked. */
function tidy(): void {
  if (awake) setTimeout(tidy, quiet).unref();
  else collect("regular");
}

function tellMain(event: LanguageEvent): void {
  parentPort?.postMessage(event);
}

function answer(request: LanguageRequest): LanguageResults[keyof LanguageResults] {
  switch (request.method) {
    case "check":
      return open().check(request.params);
    case "complete":
      return open().complete(request.params);
    case "inspect":
      return open().inspect(request.params);
    case "isComplete":
      return isComplete(request.params.code);
    default:
      request satisfies never;
      throw new Error(
        `The language worker has no method ${JSON.stringify((request as LanguageRequest).method)}.`,
      );
  }
}

function run({ request, reply }: Question): void {
  const { id } = request;
  try {
    reply({ id, result: attempt(request) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

/** TypeScript's service asserts much about itself; a fresh one over the same cells mostly knows the answer. */
function attempt(request: LanguageRequest): LanguageResults[keyof LanguageResults] {
  try {
    return answer(request);
  } catch (error) {
    // What is nested too deep for TypeScript is so for a fresh service too.
    if (converter === undefined || error instanceof RangeError) throw error;
    converter.restart();
    return answer(request);
  }
}

function next(): void {
  const job = queue.shift();
  if (job === undefined) {
    awake = false;
    return;
  }
  if ("control" in job) obey(job.control);
  else if (!superseded(job)) run(job);
  setImmediate(next);
}

function obey(control: "reset" | "refresh"): void {
  try {
    converter?.[control]();
  } catch (error) {
    tellMain({ type: "warning", message: `TypeScript's service could not ${control}: ${String(error)}` });
  }
}

function superseded(job: Question): boolean {
  if (!queue.isSuperseded(job) || job.request.method !== "complete") return false;
  const { cursor } = job.request.params;
  const result = { start: cursor, end: cursor, matches: [], superseded: true as const };
  job.reply({ id: job.request.id, result });
  return true;
}

function enqueue(job: Job): void {
  queue.add(job);
  if (awake) return;
  awake = true;
  setImmediate(next);
}

function listen(port: MessagePort): void {
  const reply: Reply = (message) => port.postMessage(message);
  port.on("message", (message: LanguageRequest | LanguageControl) => {
    if ("method" in message) enqueue({ request: message, reply });
    else if (message.type === "port") listen(message.port);
    else if (message.type !== "replay") enqueue({ control: message.type });
    else
      for (const params of message.cells)
        enqueue({ request: { id: -1, method: "check", params }, reply: () => {} });
  });
}

if (parentPort !== null) listen(parentPort);
setImmediate(() => {
  try {
    open();
  } catch (error) {
    tellMain({ type: "warning", message: `TypeScript's service did not start: ${String(error)}` });
  }
});
