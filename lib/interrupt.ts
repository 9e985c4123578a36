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

type Load = <T>(load: () => Promise<T>) => Promise<T>;
let loadHook: Load = (load) => load();

/** Install what stands around every `import()` of the library's own, for `loadWhole`. */
export function setLoadHook(load: Load): void {
  loadHook = load;
}

/** Loads a module that is first needed in the middle of a run, out of reach of a stop button that ends code by force. */
export function loadWhole<T>(load: () => Promise<T>): Promise<T> {
  return loadHook(load);
}

/**
 * Marks exceptions that are control flow and no one's mistake (`error[controlFlow] = true`): the runtime lets
 * them through as they are, where it would tell of the model's sites in any other error.
 */
export const controlFlow = Symbol.for("tspyro.controlFlow");

/** Whether an exception is an interrupt, an abort or a non-local exit rather than an error. */
export function isControlFlow(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ((error as { [controlFlow]?: unknown })[controlFlow] === true) return true;
  const { name } = error as { name?: unknown };
  return name === "KeyboardInterrupt" || name === "AbortError";
}
