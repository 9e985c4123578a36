/**
 * Members in Pyro's own spelling beside ours: `store.get_param(...)` is `store.getParam(...)`. A class lists the members
 * that the manuals name once, for the types and for its prototype:
 *
 *     const MANUAL = ["getParam", "stochasticNodes"] as const;
 *     export interface Store extends PyroSpelling<Store, (typeof MANUAL)[number]> {}
 *     export class Store { static { spellAsPyro(Store.prototype, MANUAL); } ... }
 */

/** `getParam` as `get_param`. */
export type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : S;

/** The members `K` of `T` under Pyro's spelling. */
export type PyroSpelling<T, K extends keyof T & string> = { readonly [P in K as SnakeCase<P>]: T[P] };

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Gives an object or a prototype those members. They look ours up when they are asked for, so overrides count. */
export function spellAsPyro<T extends object>(target: T, names: readonly (keyof T & string)[]): void {
  for (const name of names) {
    Object.defineProperty(target, snakeCase(name), {
      configurable: true,
      get(this: T) {
        return this[name];
      },
    });
  }
}
