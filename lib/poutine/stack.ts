/**
 * The effect stack. A primitive sends a message; the handlers that are entered see it, the innermost first;
 * what no handler decided the default action does; then the handlers see the result, the outermost first.
 * Nothing here knows a handler by name, and no handler knows another.
 */
import { type PyroError, pyroError } from "../errors.ts";
import { setEnteredHandlers } from "../tensor/index.ts";
import { defaultAction } from "./default-action.ts";
import type { Message, Site } from "./message.ts";

/** Handlers that are entered, the outermost first. */
const stack: Messenger[] = [];

/**
 * Sends a message through the stack. Returns it with its value (or the message that a handler put in its place).
 */
export function applyStack(first: Message): Message {
  let msg = first;
  let reached = stack.length;
  while (reached > 0 && !msg.stop) {
    msg = stack[--reached]?.processMessage(msg) ?? msg;
  }
  defaultAction(msg);
  // A handler's work on the way back may not shift the ones still to come: the list is fixed first.
  for (const handler of stack.slice(reached)) handler.postprocessMessage(msg);
  msg.continuation?.();
  return msg;
}

/** A handler: it overrides at most `processMessage` and `postprocessMessage`. */
export abstract class Messenger {
  /** Called from the innermost handler outwards. May return another message to go on with in its place. */
  processMessage(_msg: Message): Message | undefined {
    return undefined;
  }

  /** Called from the outermost handler inwards, once the message has its value. */
  postprocessMessage(_msg: Message): void {}

  /** Forgets what was seen so far: the program above is about to be run again from a non-local exit. */
  reset(): void {}

  /** Whether the handlers outside do not see this site. */
  hides(_site: Site): boolean {
    return false;
  }

  /** @throws if this very handler is entered already. */
  enter(): void {
    if (stack.includes(this)) {
      throw pyroError({
        what: `The same ${this.constructor.name} was entered twice`,
        expected: "a handler instance to be active at most once at a time",
        try: "make a new handler for the inner run (a function that calls itself needs a new one each time)",
      });
    }
    stack.push(this);
    setEnteredHandlers(stack.length);
  }

  /** Pops everything up to this handler; nothing if it is no longer on the stack. */
  exit(): void {
    const at = stack.lastIndexOf(this);
    if (at >= 0) stack.length = at;
    setEnteredHandlers(stack.length);
  }

  /** Runs `body` with this handler entered. @throws if `body` returns a promise. */
  run<T>(body: () => T): T {
    this.enter();
    try {
      return refusePromise(body());
    } finally {
      this.exit();
    }
  }

  /** `fn` with this handler around each call. */
  handle<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    return (...args) => this.run(() => fn(...args));
  }
}

/** The handlers that are entered now, the outermost first. */
export function activeHandlers(): readonly Messenger[] {
  return stack;
}

/** Empties the stack: for after a run that was ended so hard that no `finally` ran. */
export function clearStack(): void {
  stack.length = 0;
  setEnteredHandlers(0);
}

/** A model runs from start to end under its handlers: one that waits would go on without them. */
export function refusePromise<T>(result: T): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") return result;
  // Whatever the abandoned rest of the function does is not to end the process.
  void Promise.resolve(result).catch(() => {});
  throw promiseError();
}

function promiseError(): PyroError {
  return pyroError({
    what: "The model returned a Promise",
    expected: "a plain synchronous function: handlers are gone before an awaited line would run",
    got: "an async function, or one that returns a Promise",
    try: "await the data first and pass it to the model as an argument; remove async and await from the model",
  });
}
