import type { ArgSpec } from "../hyper.ts";
import { resolveSchedule } from "./resolve.ts";
import { epochList, type Schedule, type ScheduleRule } from "./schedule.ts";

/** One of the parts: a scheduler of `optim` with its own arguments. */
export type SequentialPart = readonly [scheduler: object, args: object];

export type SequentialLRArgs = {
  /** `[[optim.ConstantLR, { factor: 0.1 }], [optim.ExponentialLR, { gamma: 0.9 }]]` */
  schedulers: readonly SequentialPart[];
  /** Epochs at which the next part begins, at its own epoch 0. */
  milestones: readonly number[];
};

const parts: ArgSpec<readonly SequentialPart[]> = {
  initial: undefined,
  must: "a list of [scheduler, arguments]",
  accepts: (v): v is readonly SequentialPart[] =>
    Array.isArray(v) &&
    v.length > 0 &&
    v.every((part) => Array.isArray(part) && part.length === 2 && typeof part[1] === "object"),
};

/** One schedule after the other. */
export const sequentialLR: ScheduleRule<SequentialLRArgs> = {
  name: "SequentialLR",
  args: { schedulers: parts, milestones: epochList() },
  conflict({ schedulers, milestones }) {
    if (milestones.length !== schedulers.length - 1) {
      return `${schedulers.length} schedulers need ${schedulers.length - 1} milestones; got ${milestones.length}`;
    }
    const resolved = schedulers.map((part) => partOf(part));
    const fussy = resolved.find(({ rule }) => rule.needsMetric);
    return fussy === undefined ? undefined : `${fussy.rule.name} needs a metric and cannot be a part`;
  },
  cyclesMomentum: ({ schedulers }) =>
    schedulers.map(partOf).some(({ rule, args }) => rule.cyclesMomentum?.(args) === true),
  at({ args: { schedulers, milestones }, epoch, before, ...rest }) {
    const passed = milestones.filter((milestone) => milestone <= epoch).length;
    const begin = milestones[passed - 1] ?? 0;
    const part = schedulers[passed];
    if (part === undefined) throw new Error("a milestone without its scheduler");
    const { rule, args } = partOf(part);
    // The numbers of the part before mean nothing to the next one.
    return rule.at({ ...rest, args, epoch: epoch - begin, before: epoch === begin ? undefined : before });
  },
};

function partOf([scheduler, args]: SequentialPart): Schedule {
  return resolveSchedule(scheduler, args, "SequentialLR");
}
