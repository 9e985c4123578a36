import { elboCurve } from "./elbo.ts";
import { currentHost } from "./host.ts";
import type { SviSource } from "./sources.ts";
import { displaySymbol } from "./types.ts";

/**
 * Shows the losses of ranks that a cell has launched in one picture, from their first step on.
 *
 * @param onLaunch how to hear of them (`onLaunch` of `lib/distributed/launch/events.ts`)
 * @returns a function that ends that
 */
export function showLaunches(
  onLaunch: (listener: (ranks: readonly SviSource[]) => void) => () => void,
): () => void {
  return onLaunch((ranks) => {
    if (currentHost() === undefined) return;
    const title = `Training on ${ranks.length} rank${ranks.length === 1 ? "" : "s"}: loss by step`;
    const labels = ranks.map((_, rank) => `rank ${rank}`);
    void elboCurve(
      ranks.map((rank) => ({
        get losses() {
          return rank.losses;
        },
        steered: false,
        subscribe: (listener) => rank.subscribe(listener),
      })),
      { title, labels },
    )[displaySymbol]();
  });
}
