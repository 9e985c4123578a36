/** Every optimizer that somebody still holds, to be asked how many steps a parameter has taken. */
interface Stepped {
  stepsOf(name: string): number | undefined;
}

const alive = new Set<WeakRef<Stepped>>();
const forget = new FinalizationRegistry<WeakRef<Stepped>>((reference) => alive.delete(reference));

export function remember(optimizer: Stepped): void {
  const reference = new WeakRef(optimizer);
  alive.add(reference);
  forget.register(optimizer, reference);
}

/** Steps that a parameter of the ParamStore has taken, with the optimizer that took most of them. */
export function stepsTaken(name: string): number | undefined {
  let most: number | undefined;
  for (const reference of alive) {
    const steps = reference.deref()?.stepsOf(name);
    if (steps !== undefined) most = Math.max(most ?? 0, steps);
  }
  return most;
}
