import type { Plan } from "../optim/plan.ts";
import { getRngState, type RngState, setRngState, settle } from "../tensor/index.ts";

/**
 * The journal of the step that is being taken. A step computes first and writes last, so if it is cut off
 * while it computes, nothing but the random counter has to go back; if it is cut off while it writes, the
 * write is finished. V8's terminate runs no `finally`, so the journal is global and read afterwards.
 */
interface InFlight {
  readonly rng: RngState;
  plan: Plan | undefined;
  /** Drops parameters that the step created. */
  readonly dropNew: () => void;
}

let current: InFlight | undefined;

/**
 * Take a step: `compute` reads parameters and returns the plan of the update, which is then written.
 * Where it throws, random counter and parameters are as before the step. (An error that should not meet
 * the same random numbers again moves the counter itself, see `svi.ts`.)
 */
export function takeStep<T>(dropNew: () => void, compute: () => { plan: Plan; result: T }): T {
  const outer = current;
  const flight: InFlight = { rng: getRngState(), plan: undefined, dropNew };
  current = flight;
  try {
    const { plan, result } = compute();
    flight.plan = plan;
    plan.commit();
    return result;
  } catch (error) {
    undo(flight);
    throw error;
  } finally {
    current = outer;
  }
}

/** After an interrupt that ran no `finally`: leave the state of the last whole step. */
export function rollbackInFlight(): void {
  const flight = current;
  current = undefined;
  if (flight !== undefined) undo(flight);
  settle();
}

function undo({ rng, plan, dropNew }: InFlight): void {
  if (plan !== undefined) {
    plan.commit();
    return;
  }
  setRngState(rng);
  dropNew();
}
