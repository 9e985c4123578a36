/**
 * What a function's closures hold. A compiled step stands for a function that computes; one that also counts (`n++`) or
 * collects (`list.push`) will one day compute something else, though two records of it are equal. So the state that it
 * can reach is compared before and after a record. Only where there is V8's inspector (Node).
 */
import * as tf from "@tensorflow/tfjs-core";
import { textOf } from "../call/names.ts";
import { mentionsIds, suspectIds } from "../record/tensor-ids.ts";
import { Inspector } from "./inspector.ts";
import { isProxy } from "./proxy.ts";
import { Reach, type State, sameState } from "./reach.ts";
import { learnReceivers } from "./receivers.ts";
import { isExported, isUsersScript } from "./scripts.ts";

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

/** The state behind functions; undefined where nobody can tell. */
export function capturedBy(functions: readonly unknown[]): Captured | undefined {
  const inspector = Inspector.open();
  if (inspector === undefined) return undefined;
  try {
    const reach = new Reach(inspector);
    const state = reach.of(functions);
    const { doubts, strangers, mentionsIds } = reach;
    return { state, doubts, strangers, mentionsIds };
  } finally {
    inspector.close();
  }
}

/** Runs a record of these functions, hearing what the look at them says may matter. */
export function listening<T>(functions: readonly unknown[], captured: Captured | undefined, f: () => T): T {
  const ids =
    captured?.mentionsIds ?? functions.some((one) => typeof one === "function" && mentionsIds(textOf(one)));
  return suspectIds(ids, () => learnReceivers(captured?.strangers ?? [], f));
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
    if (script === undefined || isUsers(script)) return nameIn(key);
  }
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

/**
 * For where nobody can look into closures: a variable that a function, by its text, counts up or collects in, and that
 * is not its own.
 */
export function writesOutside(functions: readonly unknown[]): string | undefined {
  for (const f of functions) {
    if (typeof f !== "function") continue;
    const text = textOf(f);
    const declared = new Set([...text.matchAll(DECLARED)].map(([, name]) => name));
    for (const [, before, after] of text.matchAll(WRITES)) {
      const name = before ?? after;
      if (name !== undefined && !declared.has(name)) return name;
    }
  }
  return undefined;
}

const DECLARED = /\b(?:let|const|var)\s+([\w$]+)/g;
const WRITES =
  /(?:\+\+|--)\s*([\w$]+)|([\w$]+)(?:\[[^\]]*\]|\.[\w$#]+)*\s*(?:\+\+|--|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=|\.(?:push|pop|shift|unshift|splice|next)\()/g;

const nameIn = (key: string): string => key.slice(key.indexOf(" ") + 1);
