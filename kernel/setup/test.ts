// `npm test [-- suite ...]`: sets up, then runs the suites one after another and adds up what they ran.
import { endChildrenOnSignals } from "./processes.ts";
import { setup } from "./setup.ts";
import { type Outcome, type Suite, suites } from "./suites.ts";

/** The suites that the command line names, all of them when it names none. */
export function chosen(names: readonly string[]): readonly Suite[] {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no suite "${unknown}". There are: ${suites.map((suite) => suite.name).join(", ")}.`,
    );
  }
  return names.length === 0 ? suites : suites.filter((suite) => names.includes(suite.name));
}

/** The table at the end; its last line stands alone and is what machines read. */
export function summary(outcomes: ReadonlyMap<string, Outcome>): { text: string; failed: number } {
  let passed = 0;
  let failed = 0;
  const lines: string[] = [];
  for (const [name, outcome] of outcomes) {
    passed += outcome.passed;
    failed += outcome.failed;
    lines.push(`${name.padEnd(10)} ${describeOutcome(outcome)}`);
  }
  return { text: `${lines.join("\n")}\n\n${passed} passed, ${failed} failed`, failed };
}

function describeOutcome({ passed, failed, skipped, tool, without }: Outcome): string {
  if (without !== undefined) return `${failed > 0 ? "failed" : "skipped"}: ${without}`;
  if (tool) return failed === 0 ? "ok" : "failed";
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function main(): Promise<void> {
  const selected = chosen(process.argv.slice(2));
  endChildrenOnSignals();
  await setup({ quiet: true });
  const outcomes = new Map<string, Outcome>();
  for (const suite of selected) {
    process.stdout.write(`\n--- ${suite.name}\n`);
    outcomes.set(suite.name, await suite.run());
  }
  const { text, failed } = summary(outcomes);
  process.stdout.write(`\n${text}\n`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
