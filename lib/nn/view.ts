/** A network that computes with other weights than its own. */
import { type Reader, Slot } from "./slot.ts";
import { isNetwork } from "./weights.ts";

/**
 * The network seen with other weights: every method runs on the network itself, while its slots read what `readers`
 * say. Parts of it (a layer in a field or list) are seen the same way.
 */
export function viewOf<N extends object>(network: N, readers: ReadonlyMap<Slot, Reader>): N {
  const part = (value: unknown): unknown => {
    if (isNetwork(value)) return viewOf(value, readers);
    return Array.isArray(value) && value.some(isNetwork) ? value.map(part) : value;
  };
  return new Proxy(network, {
    get(target, key) {
      const value: unknown = Slot.during(readers, () => Reflect.get(target, key, target));
      if (typeof value !== "function" || key === "constructor") return part(value);
      return (...args: unknown[]) => Slot.during(readers, () => Reflect.apply(value, target, args));
    },
  });
}
