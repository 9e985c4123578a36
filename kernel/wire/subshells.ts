import { randomUUID } from "node:crypto";
import { type ExecutionPorts, Executions } from "./executions.ts";
import type { Received } from "./framing.ts";

/**
 * The queues of cells: the kernel's own, and one for each subshell (JEP 91). Cells of one queue run one after the
 * other; a subshell's run where a cell of another queue awaits something, as `svi.run` does every few milliseconds.
 * Each subshell counts its cells itself; only those of the main queue go into the history.
 */
export class Subshells {
  readonly main: Executions;
  readonly #ports: ExecutionPorts;
  readonly #children = new Map<string, Executions>();
  /** Those that are deleted while a cell of theirs runs. */
  readonly #ending = new Set<Executions>();

  constructor(ports: ExecutionPorts) {
    this.#ports = ports;
    this.main = new Executions(ports);
  }

  create(): string {
    const id = randomUUID();
    const nowhere = { input: () => {}, output: () => {} };
    this.#children.set(id, new Executions({ ...this.#ports, history: nowhere }, id));
    return id;
  }

  /** What waits in it is answered `aborted`; a cell that runs runs to its end. @returns whether there is such a one */
  delete(id: string): boolean {
    const child = this.#children.get(id);
    if (child === undefined) return false;
    this.#children.delete(id);
    child.close();
    if (child.current !== undefined) this.#ending.add(child);
    return true;
  }

  list(): string[] {
    return [...this.#children.keys()];
  }

  /** The queue that a message is for; undefined where its subshell is not there. */
  of({ header }: Pick<Received, "header">): Executions | undefined {
    const { subshell_id: id } = header;
    return typeof id === "string" ? this.#children.get(id) : this.main;
  }

  /** The queue whose cell this run is. */
  running(run: number): Executions | undefined {
    return this.all().find((one) => one.current?.run === run);
  }

  async finished(run: number): Promise<void> {
    const queue = this.running(run);
    await queue?.finished(run);
    if (queue !== undefined) this.#ending.delete(queue);
  }

  close(): void {
    for (const one of this.all()) one.close();
  }

  all(): Executions[] {
    return [this.main, ...this.#children.values(), ...this.#ending];
  }
}
