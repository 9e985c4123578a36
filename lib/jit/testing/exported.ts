/** A module that keeps a count, which is asked for by the module's name: `exported.next()`. */
export let calls = 0;

export function set(count: number): void {
  calls = count;
}

export const next = (): number => calls++;
