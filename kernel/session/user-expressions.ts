import type { CellRegistry } from "../execute/cells.ts";
import { mimeBundle } from "../execute/mime.ts";
import type { Outputs } from "../execute/outputs.ts";
import { parseCell } from "../execute/parse.ts";
import type { Runner } from "../execute/runner.ts";
import { describeError } from "../execute/traceback.ts";
import type { ExecuteRequest } from "../wire/messages.ts";
import { packageRoot } from "./package.ts";

export interface ExpressionParts {
  runner: Runner;
  outputs: Outputs;
  cells: CellRegistry;
  /** Numbers for what belongs to no cell. */
  nextRun(): number;
}

/** The values that the client asked for beside the cell, each with its own outcome. */
export async function evaluateExpressions(
  { run, cellId, userExpressions }: Pick<ExecuteRequest, "run" | "cellId" | "userExpressions">,
  { runner, outputs, cells, nextRun }: ExpressionParts,
): Promise<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [name, expression] of Object.entries(userExpressions)) {
    const label = `Expression [${name}]`;
    try {
      const cell = await parseCell(`(${expression}\n)`);
      const outcome = await runner.run(cell, { run: nextRun(), label, cellId });
      if (outcome.status === "error") throw outcome.error;
      found.set(name, { status: "ok", data: await mimeBundle(outcome.result?.value), metadata: {} });
    } catch (error) {
      const content = describeError(error, { cells, label, source: expression, root: packageRoot });
      found.set(name, { status: "error", ...content });
    }
    // What timers print from now on is the cell's again.
    outputs.within(run, () => {});
  }
  return Object.fromEntries(found);
}
