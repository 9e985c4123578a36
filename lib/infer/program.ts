/** A model or a guide: a synchronous function that calls primitives; it may return anything. */
export type Program<A extends unknown[] = never[]> = (...args: A) => unknown;

/**
 * The same arguments, where TypeScript is not to learn them from: it reads them off the model, and checks that
 * the guide, which may take fewer, can be called with them.
 */
export type SameArgs<A extends unknown[]> = { [K in keyof A]: A[K] };

/** The same arguments, or fewer: a model that is run without its data is called without what comes last. */
export type Leading<A extends unknown[]> = A | (A extends [...infer Rest, unknown] ? Leading<Rest> : never);
