/**
 * Long library loops call `pollInterrupt` so that a notebook's stop button ends them.
 * The kernel installs the hook; elsewhere polling costs one call of an empty function.
 */
let hook: () => void = () => {};
type Shield = <T>(work: () => T) => T;
let shield: Shield = (work) => work();

/**
 * Install the function that throws when the user asked to stop, and one that keeps force away while it works; returns
 * one that takes both away again.
 */
export function setInterruptHook(poll: () => void, keepAway: Shield = (work) => work()): () => void {
  const previous = { hook, shield };
  hook = poll;
  shield = keepAway;
  return () => {
    ({ hook, shield } = previous);
  };
}

/**
 * Short work that would swallow an end by force: V8's inspector answers that it was ended, and what runs around it goes
 * on as if nothing had been.
 */
export function shielded<T>(work: () => T): T {
  return shield(work);
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
