import { pyroError } from "../../errors.ts";
import { foreignSchedule, isForeignScheduler } from "../foreign/schedule.ts";
import { resolveHyper } from "../hyper.ts";
import type { Schedule, ScheduleRule } from "./schedule.ts";

/** A schedule's rule, or a class that carries one as its static `schedule` (all schedulers of `optim` do). */
export type ScheduleHolder<A extends object> = ScheduleRule<A> | { readonly schedule: ScheduleRule<A> };

/**
 * A schedule with its arguments checked.
 * @throws where it is no schedule, or an argument is unknown, missing, out of range or at odds with another
 */
export function resolveSchedule(
  holder: unknown,
  given: object,
  where: string | undefined,
  beside?: readonly string[],
): Schedule {
  const rule = ruleOf(holder);
  if (rule.takesAnything === true) return { rule, args: { ...given } };
  const args = resolveHyper<object>(rule.name, rule.args, spelled(given), where, beside);
  const conflict = rule.conflict?.(args);
  if (conflict !== undefined) {
    throw pyroError({
      what: `The arguments of ${rule.name} contradict each other: ${conflict}`,
      ...(where === undefined ? {} : { where }),
    });
  }
  return { rule, args };
}

function ruleOf(holder: unknown): ScheduleRule {
  const rule = (holder as { schedule?: unknown } | null | undefined)?.schedule ?? holder;
  if (typeof (rule as Partial<ScheduleRule> | null | undefined)?.at === "function")
    return rule as ScheduleRule;
  if (isForeignScheduler(holder)) return foreignSchedule(holder);
  throw pyroError({
    what: "This is not a learning rate scheduler",
    expected: "a scheduler of optim, such as optim.StepLR, or a schedule rule { name, args, at }",
    got: String(holder),
  });
}

/** PyTorch's names of periods begin with a capital: they are understood in any spelling. */
function spelled(given: object): object {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const canonical: Record<string, string> = { tmax: "TMax", t0: "T0", tmult: "TMult" };
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      canonical[key.replace("_", "").toLowerCase()] ?? key,
      value,
    ]),
  );
}
