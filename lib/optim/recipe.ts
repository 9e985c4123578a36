import { pyroError } from "../errors.ts";
import { type ForeignOptimizer, foreignOptimizer, isForeignOptimizer } from "./foreign/optimizer.ts";
import { type Hyper, resolveHyper } from "./hyper.ts";
import type { OptimizerRule } from "./rule.ts";
import type { Schedule, SchedulePoint } from "./schedules/schedule.ts";
import type { ParamSource } from "./targets.ts";

/**
 * Arguments for each parameter: one object for all, or a function that is asked once for each parameter
 * when it is first seen. A function of one parameter gets the full dotted name (`net.layer.weight`); any
 * other gets the module's name, the parameter's name in it and its tags (for a parameter outside a
 * module both names are its own).
 */
export type ArgsFor<A extends object> =
  | A
  | ((name: string) => A)
  | ((moduleName: string, paramName: string, tags: readonly string[]) => A);

/** Arguments as users give them: any of them may be left out. */
export type Given<H extends object> = { -readonly [K in keyof H]?: H[K] };

/** An optimizer's rule, or a class that carries one as its static `rule` (all of `optim` and `optim.raw` do). */
export type RuleHolder<H extends Hyper> =
  | OptimizerRule<H>
  | { readonly rule: OptimizerRule<H> }
  | ForeignOptimizer;

/** How one parameter is optimised. */
export interface Recipe {
  readonly rule: OptimizerRule;
  readonly hyper: Hyper;
  readonly schedule?: Schedule;
}

/** How each parameter is optimised. */
export class Recipes {
  /** What the optimizer is called in messages and files. */
  readonly label: string;
  /** The rule, where it is the same for all. */
  readonly rule: OptimizerRule | undefined;
  readonly for: (name: string, source: ParamSource) => Recipe;

  constructor(
    label: string,
    rule: OptimizerRule | undefined,
    make: (name: string, source: ParamSource) => Recipe,
  ) {
    this.label = label;
    this.rule = rule;
    this.for = make;
  }
}

const DIVIDER = "$$$";

/** What is to be used for one parameter. */
export function askFor<A extends object>(args: ArgsFor<A>, name: string, source: ParamSource): A {
  if (typeof args !== "function") return args;
  if (args.length === 1) return (args as (name: string) => A)(name.replaceAll(DIVIDER, "."));
  const [moduleName = name, paramName = name] = name.split(DIVIDER);
  const ask = args as (moduleName: string, paramName: string, tags: readonly string[]) => A;
  return ask(moduleName, paramName, source.tags(name));
}

/** @throws where it is neither an optimizer class nor a rule */
export function ruleOf(holder: unknown): OptimizerRule {
  const rule = (holder as { rule?: unknown } | null | undefined)?.rule ?? holder;
  const { update, slots, host } = (rule ?? {}) as Partial<OptimizerRule>;
  if ([update, slots, host].every((part) => typeof part === "function")) return rule as OptimizerRule;
  if (isForeignOptimizer(holder)) return foreignOptimizer(holder);
  throw pyroError({
    what: holder === undefined ? "The optimizer is missing" : "This is not an optimizer class",
    expected:
      "an optimizer of optim or optim.raw, such as optim.Adam, or a rule { name, slots, host, update }",
    got: typeof holder === "function" ? `the function ${holder.name}` : String(holder),
  });
}

/** @throws where an argument is unknown, out of range or at odds with another */
export function checkedHyper(rule: OptimizerRule, given: object, where: string | undefined): Hyper {
  if (rule.takesAnything === true) return { ...given } as Hyper;
  const hyper = resolveHyper(rule.name, rule.hyper, given, where);
  const conflict = rule.conflict?.(hyper);
  if (conflict === undefined) return hyper;
  throw pyroError({
    what: `The arguments of ${rule.name} contradict each other: ${conflict}`,
    ...(where === undefined ? {} : { where }),
  });
}

/** Which argument of an optimizer a schedule moves as its momentum: `momentum`, or the first of `betas`. */
function momentumKey(rule: OptimizerRule): "momentum" | "betas" | undefined {
  return (["momentum", "betas"] as const).find((key) => key in rule.hyper);
}

export function cyclesNothing(rule: OptimizerRule, { rule: schedule, args }: Schedule): boolean {
  return schedule.cyclesMomentum?.(args) === true && momentumKey(rule) === undefined;
}

/** An optimizer's arguments as a schedule has set them. */
export function scheduledHyper(rule: OptimizerRule, hyper: Hyper, point: SchedulePoint | undefined): Hyper {
  if (point === undefined) return hyper;
  const moved = { ...hyper, [rule.rate]: point.lr };
  const { momentum } = point;
  const key = momentumKey(rule);
  if (momentum === undefined || key === undefined) return moved;
  if (key === "momentum") return { ...moved, momentum };
  const betas = hyper.betas as readonly [number, number];
  return { ...moved, betas: [momentum, betas[1]] };
}
