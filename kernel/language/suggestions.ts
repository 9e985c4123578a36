import { nearest } from "../../lib/nearest.ts";
import { isNodeGlobal } from "./browser-names.ts";

/** What a mistyped name may have meant: the notebook's own names, and those of a fresh notebook. */
export interface Known {
  readonly own: Iterable<string>;
  readonly prelude: Iterable<string>;
}

/** A third of a name may be wrong: a fresh notebook has hundreds of names, and one of them is always near. */
const tolerance = 0.34;

/** Names that the types of Node declare and that no cell has. */
const ofModules: ReadonlySet<string> = new Set(["module", "exports", "__dirname", "__filename"]);

/**
 * "Did you mean" by all names in scope. TypeScript knows only those that the cell mentions, because the others are
 * not brought into it; of two that are equally near the notebook's own is meant.
 */
export function suggesting(message: string, { own, prelude }: Known): string {
  const match = /^Cannot find (?:name|namespace) '([^']+)'\.(?: Did you mean '([^']+)'\?)?$/.exec(message);
  const [, name, found] = match ?? [];
  if (name === undefined) return message;
  const [local, global]: [string[], string[]] = [[], []];
  // What TypeScript finds is in the same function, or global.
  if (found !== undefined && !ofModules.has(found)) (isNodeGlobal(found) ? global : local).push(found);
  const meant = nearest(name, [...local, ...own, ...prelude, ...global], tolerance) ?? local[0] ?? global[0];
  const plain = message.replace(/ Did you mean .*$/, "");
  return meant === undefined || meant === name ? plain : `${plain} Did you mean '${meant}'?`;
}
