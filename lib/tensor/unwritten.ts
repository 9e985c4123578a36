/**
 * Steps that nobody has been told of: a compiled program runs ahead of the parameters, the optimizer and the random
 * counter, and writes what it did when somebody asks, or when it is cut off. One program at a time is ahead: before
 * other code runs, it writes.
 */
let write: (() => void) | undefined;

/** A program is ahead, and this writes what it did; or, without it, everything is written. */
export function setUnwritten(how: (() => void) | undefined): void {
  write = how;
}

/** Have it written: everything is as after the last whole step. */
export function settle(): void {
  write?.();
}
