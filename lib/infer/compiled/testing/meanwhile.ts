/** Steps after which a run is certainly one of compiled steps. */
const UNDER_WAY = 2000;
const PATIENCE = 10_000;

/**
 * Changes something by a timer once a run is under way, however quick the machine is.
 * @returns a signal that ends the run when that was noticed, or after a while
 */
export function changedMeanwhile(
  svi: { readonly losses: ArrayLike<number> },
  change: () => void,
  isNoticed: () => boolean,
): AbortSignal {
  const controller = new AbortController();
  const first = svi.losses.length;
  let changed = 0;
  const timer = setInterval(() => {
    if (changed === 0 && svi.losses.length - first > UNDER_WAY) {
      change();
      changed = Date.now();
    }
    if (changed === 0 || (!isNoticed() && Date.now() - changed < PATIENCE)) return;
    clearInterval(timer);
    controller.abort();
  }, 5);
  return controller.signal;
}
