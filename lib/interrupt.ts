/**
 * Long library loops call `pollInterrupt` so that a notebook's stop button ends them.
 * The kernel installs the hook; elsewhere polling costs one call of an empty function.
 */
let hook: () => void = () => {};

/** Install the function that throws when the user asked to stop; returns one that takes it away again. */
export function setInterruptHook(poll: () => void): () => void {
  const previous = hook;
  hook = poll;
  return () => {
    hook = previous;
  };
}

export function pollInterrupt(): void {
  hook();
}
