/**
 * What a step shows to somebody: a compiled one would show it once, where a model is run at every step.
 */
import { isAskedByUser } from "./asked-by-user.ts";

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
  const [plain, before] = [globalThis.console, told];
  globalThis.console = heardConsole();
  told = shows;
  return () => {
    globalThis.console = plain;
    told = before;
  };
}
