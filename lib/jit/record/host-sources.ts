/**
 * Numbers that the host has ready and that are others each time: its clock, its random numbers, how much memory it
 * uses, how many tensors there were. That a step asks for one is reason enough not to replay it: what it makes of it
 * (`now > deadline ? a : b`) may be the same for long.
 */
import * as tf from "@tensorflow/tfjs-core";
import { hearRngState } from "../../tensor/index.ts";
import { isBundled } from "../authors.ts";
import { isAskedByUser } from "./asked-by-user.ts";

type Source = readonly [owner: object | undefined, name: string, called: string];

const host = globalThis as { process?: { hrtime?: object }; crypto?: object; URL?: object };

const SOURCES: readonly Source[] = [
  [Date, "now", "Date.now"],
  [performance, "now", "performance.now"],
  [Math, "random", "Math.random"],
  [host.crypto, "getRandomValues", "crypto.getRandomValues"],
  [host.crypto, "randomUUID", "crypto.randomUUID"],
  [host.process?.hrtime, "bigint", "process.hrtime.bigint"],
  [host.process, "hrtime", "process.hrtime"],
  [host.process, "uptime", "process.uptime"],
  [host.process, "cpuUsage", "process.cpuUsage"],
  [host.process, "memoryUsage", "process.memoryUsage"],
  [host.process, "resourceUsage", "process.resourceUsage"],
  [host.process, "availableMemory", "process.availableMemory"],
  [performance, "getEntriesByName", "performance.getEntriesByName"],
  [performance, "getEntriesByType", "performance.getEntriesByType"],
  [performance, "getEntries", "performance.getEntries"],
  [performance, "mark", "performance.mark"],
  [performance, "measure", "performance.measure"],
  [performance, "eventLoopUtilization", "performance.eventLoopUtilization"],
  [host.URL, "createObjectURL", "URL.createObjectURL"],
];

type Class = readonly [owner: object, name: string, asks: (args: readonly unknown[]) => boolean];

/** Classes whose objects hold the time at which they were made. */
const CLASSES: readonly Class[] = [
  [globalThis, "Date", (args) => args.length === 0],
  [globalThis, "Event", () => true],
  [globalThis, "File", () => true],
  [Intl, "DateTimeFormat", () => true],
];

/** Heard of a step that does not ask for the random stream's state, or a flag of tfjs's, but sets it. */
export const SETS_SEED = "setSeed";
export const SETS_FLAG = "setFlag";

/** What lets code run later, as often as the step is taken: a compiled step would not call it. */
export const LATER: ReadonlySet<string> = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
]);

type AnyFunction = (...args: unknown[]) => unknown;

/** Hear of those that the user's code asks, until what is returned is called. */
export function hearSources(asked: (source: string) => void): () => void {
  const later = [...LATER].map((name): Source => [globalThis, name, name]);
  const restore = [...SOURCES, ...later].flatMap(([owner, name, called]) => {
    const original = (owner as Record<string, AnyFunction> | undefined)?.[name];
    if (owner === undefined || typeof original !== "function") return [];
    const heard = (...args: unknown[]) => {
      if (isAskedByUser(2)) asked(called);
      return original.apply(owner, args);
    };
    return [shadow(owner, name, Object.assign(heard, original))];
  });
  restore.push(...CLASSES.flatMap((one) => heardClass(one, asked)));
  const engine = tf.engine();
  const memory = () => Object.getPrototypeOf(engine).memory.call(engine) as ReturnType<typeof tf.memory>;
  restore.push(
    shadow(engine, "memory", () => {
      // (tf.memory itself is one of the package's functions.)
      if (isAskedByUser(2) || isAskedByUser(3)) asked("tf.memory");
      return memory();
    }),
  );
  const flags = tf.env() as object;
  const { set } = Object.getPrototypeOf(flags) as { set(name: string, value: unknown): void };
  restore.push(
    shadow(flags, "set", (name: string, value: unknown) => {
      if (isAskedByUser(2)) asked(SETS_FLAG);
      set.call(flags, name, value);
    }),
  );
  if (!isBundled) {
    hearRngState((sets) => {
      if (isAskedByUser(3)) asked(sets ? SETS_SEED : "the state of the random stream");
    });
  }
  return () => {
    hearRngState(undefined);
    for (const one of restore.reverse()) one();
  };
}

function heardClass([owner, name, asks]: Class, asked: (source: string) => void): (() => void)[] {
  const plain = (owner as Record<string, unknown>)[name];
  if (typeof plain !== "function") return [];
  const heard = new Proxy(plain, {
    construct: (target, args: unknown[], made) => {
      if (asks(args) && isAskedByUser(2)) asked(`new ${name}()`);
      return Reflect.construct(target, args, made) as object;
    },
    apply: (target, receiver, args: unknown[]) => {
      if (isAskedByUser(2)) asked(`${name}()`);
      return Reflect.apply(target, receiver, args) as unknown;
    },
  });
  return [shadow(owner, name, heard)];
}

/** @returns a function that puts back what was there */
function shadow(owner: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  return () => {
    if (own === undefined) delete (owner as Record<string, unknown>)[name];
    else Object.defineProperty(owner, name, own);
  };
}
