/** Give the event loop a turn, and wait for some milliseconds more. */
export function turnOfEventLoop(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds > 0) setTimeout(resolve, milliseconds);
    else if (typeof setImmediate === "function") setImmediate(resolve);
    else pass(resolve);
  });
}

/** A page holds timers that follow each other back for 4 ms, a tenth of what a run computes between two turns. */
function pass(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(undefined);
}
