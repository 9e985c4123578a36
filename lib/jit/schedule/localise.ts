/**
 * Puts what belongs together side by side: each result right after what it is made of. A long scalar step is cut
 * into functions afterwards, and what crosses a cut goes through memory.
 */
import { tempsOf } from "./split.ts";
import type { Buffer, Loop, Statement } from "./steps.ts";

export function localised(loop: Loop): Loop {
  const made = new Map<number, Statement>();
  const loaded = new Set<Buffer>();
  for (const statement of loop.body) {
    if ("temp" in statement) made.set(statement.temp, statement);
    if (statement.kind === "load") loaded.add(statement.from.buffer);
  }
  const body: Statement[] = [];
  const last: Statement[] = [];
  const done = new Set<number>();
  /** The statements that make a temporary, deepest first, without recursion: chains are long. */
  const make = (sink: number): void => {
    const open = [sink];
    while (open.length > 0) {
      const temp = open.at(-1) as number;
      const statement = made.get(temp);
      const missing =
        statement === undefined || done.has(temp) ? [] : tempsOf(statement).filter((t) => !done.has(t));
      if (missing.length > 0) {
        open.push(...missing.reverse());
        continue;
      }
      open.pop();
      if (statement === undefined || done.has(temp)) continue;
      done.add(temp);
      body.push(statement);
    }
  };
  for (const statement of loop.body) {
    if (statement.kind !== "store" && statement.kind !== "reduce") continue;
    for (const temp of tempsOf(statement)) make(temp);
    // A state that is replaced in its place is read until the end.
    if (loaded.has(statement.to.buffer)) last.push(statement);
    else body.push(statement);
  }
  return { ...loop, body: [...body, ...last] };
}
