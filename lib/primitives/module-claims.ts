/** Which network is registered under a name: two that take turns would share their weights unseen. */
import { pyroError } from "../errors.ts";
import { notice } from "../notice.ts";
import { getParamStore } from "../params/global.ts";

interface Claim {
  readonly holder: WeakRef<object>;
  /** Those that held the name before. */
  readonly former: WeakSet<object>;
  /** Life of the first parameter: when it is dropped, all begins anew. */
  readonly life: number | undefined;
  /** Whether the user was told of a change of networks. */
  readonly told: boolean;
}

const claims = new Map<string, Claim>();

/**
 * Says once that a new network goes on from another's parameters, as when a cell is run again and they stayed.
 * @throws if the one before comes back: both are in use
 */
export function claim(name: string, network: object, firstParam: string): void {
  const life = getParamStore().lifeOf(firstParam);
  const known = claims.get(name);
  const holder = known?.holder.deref();
  if (known === undefined || known.life !== life || holder === undefined) {
    claims.set(name, { holder: new WeakRef(network), former: new WeakSet(), life, told: false });
    return;
  }
  if (holder === network) return;
  if (known.former.has(network)) throw takeTurns(name);
  known.former.add(holder);
  claims.set(name, { ...known, holder: new WeakRef(network), told: true });
  if (known.told) return;
  notice(
    `Module "${name}" is another network than before and goes on from the parameters in the store: its own initial ` +
      "weights are not used. To start again from them: clearParamStore().",
  );
}

function takeTurns(name: string): Error {
  return pyroError({
    what: `Two networks are registered as module "${name}"`,
    where: `module("${name}")`,
    expected: "one network for each name: they would share their weights",
    try: `another name for one of them; or clearParamStore() if "${name}" is to be another network from now on`,
  });
}
