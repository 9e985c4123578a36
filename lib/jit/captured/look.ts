/** The look at what functions have captured, by V8's inspector. Pages have another module in its place. */
import { textOf } from "../call/names.ts";
import { mentionsIds, suspectIds } from "../record/tensor-ids.ts";
import type { Captured } from "./captured.ts";
import { tensorsWithMembers } from "./host.ts";
import { Inspector } from "./inspector.ts";
import { Reach } from "./reach.ts";
import { learnReceivers } from "./receivers.ts";

/**
 * The state behind functions; undefined where nobody can tell.
 * @param args among which there may be tensors on which somebody has put something
 */
export function capturedBy(
  functions: readonly unknown[],
  args: readonly unknown[] = [],
): Captured | undefined {
  const inspector = Inspector.open();
  if (inspector === undefined) return undefined;
  try {
    const reach = new Reach(inspector);
    const state = reach.of([...functions, ...tensorsWithMembers(args)]);
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
