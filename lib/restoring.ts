/**
 * What is changed for the time of a call, and put back after it. V8's terminate, with which a notebook ends a cell that
 * does not listen, runs no `finally`; so whatever is still to be put back stands in a list, too.
 */
const open: (() => void)[] = [];

/** Runs `f`, which is synchronous, and then `restore`, however `f` has ended; where V8 has ended it, `restoreAll` does. */
export function restoring<T>(restore: () => void, f: () => T): T {
  const { length } = open;
  open.push(restore);
  try {
    return f();
  } finally {
    open.length = length;
    restore();
  }
}

/** Puts back what calls have left behind that were cut off. */
export function restoreAll(): void {
  for (let restore = open.pop(); restore !== undefined; restore = open.pop()) restore();
}
