/** Give the event loop a turn, and wait for some milliseconds more. */
export function turnOfEventLoop(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds > 0 || typeof setImmediate !== "function") setTimeout(resolve, milliseconds);
    else setImmediate(resolve);
  });
}
