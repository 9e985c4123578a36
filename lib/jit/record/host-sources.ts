/**
 * Numbers that the host has ready and that are others each time: its clock and its random numbers. That a step asks
 * for one is reason enough not to replay it: what it makes of it (`now > deadline ? a : b`) may be the same for long.
 */
import { isLibrary, isPackage } from "../authors.ts";

type Source = readonly [owner: object, name: string, called: string];

const SOURCES: readonly Source[] = [
  [Date, "now", "Date.now"],
  [performance, "now", "performance.now"],
  [Math, "random", "Math.random"],
];

/** Hear of those that the user's code asks, until what is returned is called. */
export function hearSources(asked: (source: string) => void): () => void {
  const restore = SOURCES.map(([owner, name, called]) => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    const original = (owner as Record<string, () => number>)[name] as () => number;
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      value: () => {
        if (isUsers(callerOf(new Error().stack))) asked(called);
        return original.call(owner);
      },
    });
    return () => {
      if (own === undefined) delete (owner as Record<string, unknown>)[name];
      else Object.defineProperty(owner, name, own);
    };
  });
  const { Date: Plain } = globalThis;
  globalThis.Date = new Proxy(Plain, {
    construct: (target, args: unknown[], made) => {
      if (args.length === 0 && isUsers(callerOf(new Error().stack))) asked("new Date()");
      return Reflect.construct(target, args, made) as object;
    },
  });
  return () => {
    globalThis.Date = Plain;
    for (const one of restore) one();
  };
}

/** The line of a stack trace below the function that made it. */
function callerOf(stack: string | undefined): string {
  return stack?.split("\n")[2] ?? "";
}

function isUsers(line: string): boolean {
  const url = line.replace(/^.*\(|^\s*at (?:async )?|\)$/g, "");
  return !isPackage(url) && !isLibrary(url);
}
