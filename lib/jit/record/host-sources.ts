/**
 * Numbers that the host has ready and that are others each time: its clock, its random numbers, how much memory it
 * uses, how many tensors there were. That a step asks for one is reason enough not to replay it: what it makes of it
 * (`now > deadline ? a : b`) may be the same for long.
 */
import * as tf from "@tensorflow/tfjs-core";
import { hearRngState } from "../../tensor/index.ts";
import { isBundled, isLibrary, isPackage } from "../authors.ts";

type Source = readonly [owner: object | undefined, name: string, called: string];

const host = globalThis as { process?: { hrtime?: object }; crypto?: object };

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
  [performance, "getEntriesByName", "performance.getEntriesByName"],
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

let told: ((what: string) => void) | undefined;

/**
 * Says that the user's code shows something to somebody, by this name. What is shown once for each step is shown so
 * often only where steps are not compiled.
 */
export function showsSomething(what: string): void {
  told?.(what);
}

/** A console that tells of what the user's code writes. */
function heardConsole(): Console {
  return new Proxy(console, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (isAskedByUser(2)) showsSomething(`console.${String(name)}`);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}

/**
 * Hear of what the user's code shows, until what is returned is called.
 * @param shows is told by which function
 */
export function hearShown(shows: (what: string) => void): () => void {
  const plain = globalThis.console;
  globalThis.console = heardConsole();
  told = shows;
  return () => {
    globalThis.console = plain;
    told = undefined;
  };
}

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
  const { Date: Plain } = globalThis;
  globalThis.Date = new Proxy(Plain, {
    construct: (target, args: unknown[], made) => {
      if (args.length === 0 && isAskedByUser(2)) asked("new Date()");
      return Reflect.construct(target, args, made) as object;
    },
    apply: (target) => {
      if (isAskedByUser(2)) asked("Date()");
      return target();
    },
  });
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
    globalThis.Date = Plain;
    hearRngState(undefined);
    for (const one of restore.reverse()) one();
  };
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

/**
 * Whether it is the user's code that asks, by itself or through a package: the clock and the random numbers of tfjs
 * are its own business.
 * @param from frames of the stack that are known, this function's left out
 */
export function isAskedByUser(from: number): boolean {
  const lines = new Error().stack?.split("\n").slice(from + 1) ?? [];
  for (const line of lines) {
    const url = line.replace(/^.*\(|^\s*at (?:async )?|\)$/g, "");
    if (url.includes("@tensorflow/")) return false;
    if (!isPackage(url) && url !== "<anonymous>") return !isLibrary(url);
  }
  return false;
}
