import { built, front } from "./doctor/built.ts";
import { core } from "./doctor/core.ts";
import { type Check, type Finding, type Machine, thisMachine } from "./doctor/finding.ts";
import { anywidget, jupyter } from "./doctor/jupyter.ts";
import { kernelspecs } from "./doctor/kernelspecs.ts";
import { node, packages } from "./doctor/node.ts";
import { project } from "./doctor/project.ts";
import { chromium, port } from "./doctor/surroundings.ts";
import { root } from "./paths.ts";

const checks: readonly Check[] = [
  ...[project, node, packages, core, jupyter, anywidget],
  ...[kernelspecs, built, front, chromium, (machine: Machine) => port(machine)],
];

const marks = { ok: "ok     ", less: "without", stale: "STALE  ", missing: "MISSING" } as const;

/** Looks at everything that set-up makes, by trying it, and says what is missing and how to get it. */
export async function examine(machine = thisMachine(root)): Promise<{ text: string; healthy: boolean }> {
  const findings: Finding[] = (await Promise.all(checks.map((check) => attempt(check, machine)))).flat();
  return {
    text: findings.map(({ what, says, state }) => `${marks[state]}  ${what.padEnd(14)} ${says}`).join("\n"),
    healthy: findings.every(({ state }) => state === "ok" || state === "less"),
  };
}

/** A look that fails is a finding too: the others go on. */
async function attempt(check: Check, machine: Machine): Promise<Finding | readonly Finding[]> {
  try {
    return await check(machine);
  } catch (error) {
    const says = `could not be looked at (${error instanceof Error ? error.message : error})`;
    return { what: check.name, says, state: "missing" };
  }
}
