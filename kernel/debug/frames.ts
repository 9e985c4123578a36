import { writtenName } from "../execute/names.ts";
import type { StackFrame } from "./dap.ts";
import type { CallFrame } from "./inspector.ts";
import type { Scripts, UserPlace } from "./scripts.ts";

/** A call of the user's code that stands still. */
export interface UserFrame {
  readonly id: number;
  readonly name: string;
  readonly place: UserPlace;
  readonly call: CallFrame;
}

let count = 0;

/** The user's own calls, the innermost first; those of the library, of packages, of Node and of the kernel are left out. */
export function userFrames(calls: readonly CallFrame[], scripts: Scripts): UserFrame[] {
  const frames: UserFrame[] = [];
  for (const call of calls) {
    const place = scripts.place(call.location);
    if (place === undefined) continue;
    const name = writtenName(call.functionName) || (isTopLevel(call) ? place.source.name : "(anonymous)");
    frames.push({ id: ++count, name, place, call });
  }
  return frames;
}

/** A script's own code has no scope of a function around it. */
export function isTopLevel({ scopeChain }: CallFrame): boolean {
  return !scopeChain.some(({ type }) => type === "local" || type === "closure");
}

export function toStackFrame({ id, name, place }: UserFrame): StackFrame {
  const { line, column, source } = place;
  return { id, name, line, column, source };
}
