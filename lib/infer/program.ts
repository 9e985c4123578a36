/** A model or a guide: a synchronous function that calls primitives; it may return anything. */
export type Program<A extends unknown[] = never[]> = (...args: A) => unknown;
