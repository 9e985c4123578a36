import type { ScheduleRule } from "../schedules/schedule.ts";

/** What a scheduler class of one's own steers. It sets `lr`, here or in `paramGroups[0]` (the same object). */
export interface SteeredOptimizer {
  lr: number;
  readonly initialLr: number;
  readonly paramGroups: readonly SteeredOptimizer[];
}

/** A scheduler class of one's own, in torch's manner. */
export type ForeignScheduler = new (
  optimizer: SteeredOptimizer,
  args: object,
) => { step(metric?: number): unknown };

export function isForeignScheduler(holder: unknown): holder is ForeignScheduler {
  if (typeof holder !== "function") return false;
  const { step, plan } = (holder.prototype ?? {}) as { step?: unknown; plan?: unknown };
  return typeof step === "function" && plan === undefined && !("rule" in holder);
}

/**
 * Such a class as a schedule. Each parameter gets an object of it; after a jump, or a saved state, a new one
 * is made and stepped up to the epoch (without metrics, which nobody keeps).
 */
export function foreignSchedule(kind: ForeignScheduler): ScheduleRule {
  type Point = { readonly lr: number };
  const made = new WeakMap<
    Point,
    { optimizer: SteeredOptimizer; scheduler: InstanceType<ForeignScheduler> }
  >();
  return {
    name: kind.name,
    args: {},
    takesAnything: true,
    at({ args, baseLr, epoch, before, metric }) {
      let known = before === undefined ? undefined : made.get(before);
      if (known === undefined) {
        const optimizer = steered(baseLr);
        known = { optimizer, scheduler: new kind(optimizer, args) };
        for (let e = 1; e < epoch; e++) known.scheduler.step();
      }
      if (epoch > 0) known.scheduler.step(metric);
      const point = { lr: known.optimizer.lr };
      made.set(point, known);
      return point;
    },
  };
}

function steered(baseLr: number): SteeredOptimizer {
  const groups: SteeredOptimizer[] = [];
  const optimizer = { lr: baseLr, initialLr: baseLr, paramGroups: groups };
  groups.push(optimizer);
  return optimizer;
}
