/**
 * What a function's closures hold. A compiled step stands for a function that computes; one that also counts (`n++`) or
 * collects (`list.push`) will one day compute something else, though two records of it are equal. So the state that it
 * can reach is compared before and after a record. Only where there is V8's inspector (Node).
 */
import * as tf from "@tensorflow/tfjs-core";
import { type State, sameState, Unseen } from "./content.ts";
import { Inspector } from "./inspector.ts";
import { capturedBy } from "./look.ts";
import { isProxy } from "./proxy.ts";
import { isExported, isUsersScript } from "./scripts.ts";

export { capturedBy, listening } from "./look.ts";
export { writesOutside } from "./written.ts";

export interface Captured {
  /** What can be reached, by the name of the variable that leads there. */
  readonly state: State;
  /** What was found in functions that may be a package's, whose state is none of the step's: their scripts. */
  readonly doubts: ReadonlyMap<string, string>;
  /** Functions whose `this` is not known. */
  readonly strangers: readonly object[];
  /** Whether one of the functions may read the numbers of tensors. */
  readonly mentionsIds: boolean;
}

/** The first variable that differs. */
export function changedCapture(
  before: Captured | undefined,
  after: Captured | undefined,
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  for (const [key, value] of before.state) {
    const now = after.state.get(key);
    if (now !== undefined && sameState(value, now)) continue;
    const script = before.doubts.get(key) ?? after.doubts.get(key);
    if (script === undefined || isUsers(script)) return memberIn(now) ?? nameIn(key);
  }
  return undefined;
}

/** The function of a module that nobody can see through, where that is what makes it differ. */
function memberIn(parts: readonly unknown[] = []): string | undefined {
  for (const part of parts)
    if (!isProxy(part) && part instanceof Unseen && part.name !== undefined) return part.name;
  return undefined;
}

function isUsers(script: string): boolean {
  const inspector = Inspector.open();
  try {
    return inspector === undefined || isUsersScript(script, inspector);
  } finally {
    inspector?.close();
  }
}

/**
 * Whether another function may change some of this: it reaches an object of it, or has a variable of the same name. (One that
 * holds an object could get another one.)
 */
export function isReachedBy(f: unknown, captured: Captured | undefined): boolean {
  const other = capturedBy([f]);
  if (captured === undefined || other === undefined) return true;
  const names = new Set<string>();
  const objects = new Set<unknown>();
  for (const [key, parts] of captured.state) {
    if (!isFixed(parts[0])) names.add(nameIn(key));
    for (const part of parts) if (!isFixed(part)) objects.add(part);
  }
  for (const [key, parts] of other.state) {
    if (parts[0] === f) continue;
    if (!isFixed(parts[0]) && names.has(nameIn(key))) return true;
    if (parts.some((part) => typeof part === "object" && part !== null && objects.has(part))) return true;
  }
  return false;
}

/** What nobody changes, or what is told when it is: modules, what they export, tensors. */
function isFixed(value: unknown): boolean {
  return isExported(value) || (typeof value === "object" && !isProxy(value) && value instanceof tf.Tensor);
}

/**
 * Whether a function, by its text, assigns one of these variables or calls a method of one (`list.push`): not of a module
 * (`tf.slice`).
 */
export function assignsOneOf(text: string, captured: Captured | undefined): boolean {
  const names = new Set<string>();
  for (const [key, [value]] of captured?.state ?? []) if (!isExported(value)) names.add(nameIn(key));
  const writes =
    /(?:\+\+|--)\s*([\w$]+)|([\w$]+)(?:\[[^\]]*\])?\s*(?:\+\+|--|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\.\s*\w+\s*\()/g;
  for (const [, before, after] of text.matchAll(writes)) if (names.has(before ?? after ?? "")) return true;
  return false;
}

const nameIn = (key: string): string => key.slice(key.indexOf(" ") + 1);
