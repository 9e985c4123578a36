import type { CellRegistry, RunCell } from "./cells.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Interrupts } from "./interrupts.ts";
import { intrinsic } from "./intrinsics.ts";
import { internalName, kernelName } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import type { ParsedCell } from "./parse.ts";
import { rewriteCell } from "./rewrite.ts";

/** Where names come from that no cell has declared. */
export interface Prelude {
  /** Those of `names` that a fresh notebook has, with their values; what they need is loaded. */
  lookUp(names: readonly string[]): Promise<Record<string, unknown>> | Record<string, unknown>;
}

export type RunOutcome =
  | { status: "ok"; result: { value: unknown } | undefined }
  | { status: "error"; error: unknown; terminated: boolean };

/** Whoever wants to know of a script before it runs. */
export interface ScriptListener {
  about(cell: RunCell): Promise<void> | undefined;
}

export interface RunnerParts {
  evaluator: Evaluator;
  interrupts: Interrupts;
  outputs: Outputs;
  cells: CellRegistry;
  prelude: Prelude;
  scripts?: ScriptListener;
}

export interface CellRun {
  readonly run: number;
  readonly label: string;
  readonly cellId: string | undefined;
  /** The text as the front end sent it. */
  readonly written?: string;
}

/** Runs parsed cells one after the other, and keeps the list of the notebook's names. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #known = new Set<string>();
  readonly #declared = new Set<string>();
  readonly #forgotten = new Set<string>();
  /** By run: cells of subshells run between the awaits of another. */
  readonly #results = new Map<number, { value: unknown }>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** What `$result(...)` in a cell calls. */
  takeResult(value: unknown): void {
    this.#results.set(this.#parts.outputs.run, { value });
  }

  /** What cells have declared. */
  get names(): string[] {
    return [...this.#declared];
  }

  /** A name has been declared otherwise than by a cell. */
  adopt(name: string): void {
    this.#known.add(name);
    this.#declared.add(name);
  }

  /** What cells have declared, by name; names whose cell failed before it gave them a value are left out. */
  async variables(): Promise<Map<string, unknown>> {
    const readers = [...this.#declared].map(
      (name) => `[${intrinsic.JSON.stringify(name)}]: () => ${internalName(name)}`,
    );
    await this.#parts.evaluator.evaluate(`${kernelName.result}({${readers.join(", ")}});undefined`);
    const values = new Map<string, unknown>();
    const found = this.#taken(this.#parts.outputs.run);
    for (const [name, read] of Object.entries((found?.value ?? {}) as Record<string, () => unknown>)) {
      try {
        values.set(name, read());
      } catch {
        // It was never initialized.
      }
    }
    return values;
  }

  #taken(run: number): { value: unknown } | undefined {
    const result = this.#results.get(run);
    this.#results.delete(run);
    return result;
  }

  /** Forgets what cells have declared and lets go of the values. @returns the names */
  async forget(): Promise<string[]> {
    const names = [...this.#declared];
    const freed = names.map((name) => `try { ${internalName(name)} = undefined } catch {}`);
    await this.#parts.evaluator.evaluate(`${freed.join(";")};undefined`);
    for (const name of names) {
      this.#known.delete(name);
      this.#forgotten.add(name);
    }
    this.#declared.clear();
    return names;
  }

  async run(cell: ParsedCell, { run, label, cellId, written }: CellRun): Promise<RunOutcome> {
    const { evaluator, interrupts, outputs, cells, prelude, scripts } = this.#parts;
    const wanted = [...cell.scopes.free].filter((name) => !this.#known.has(name));
    let ended = false;
    let abandon: (() => void) | undefined;
    const begin = interrupts.prepare(run);
    try {
      const given = await outputs.within(run, () => prelude.lookUp(wanted));
      interrupts.poll();
      evaluator.bind(
        Object.fromEntries(Object.entries(given).map(([name, value]) => [internalName(name), value])),
      );
      for (const name of Object.keys(given)) this.#known.add(name);

      const { code, declared, locate, map } = rewriteCell(cell, {
        run,
        knows: (name) => this.#known.has(name),
        forgot: (name) => this.#forgotten.has(name),
      });
      const entry = { run, label, cellId, source: cell.source, written: written ?? cell.source };
      const known = { ...entry, code, map, locate };
      cells.add(known);
      for (const name of declared) {
        this.#known.add(name);
        this.#declared.add(name);
      }
      await scripts?.about(known);
      const evaluate = async () => {
        begin();
        const evaluation = interrupts.exposed(() => evaluator.begin(code));
        abandon = evaluation.abandon;
        const outcome = await evaluation.outcome;
        abandon = undefined;
        return outcome;
      };
      const outcome = await outputs.within(run, () => interrupts.race(evaluate));
      if (outcome.status === "terminated") throw interrupts.ended();
      if (outcome.status === "error") throw outcome.error;
      return { status: "ok", result: this.#taken(run) };
    } catch (error) {
      ended = interrupts.hasEnded(error);
      abandon?.();
      return { status: "error", error, terminated: ended };
    } finally {
      this.#results.delete(run);
      begin();
      interrupts.leave(ended);
    }
  }
}
