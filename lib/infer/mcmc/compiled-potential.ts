import { type Captured, capturedBy, changedCapture, writesOutside } from "../../jit/captured/captured.ts";
import type { Graph } from "../../jit/graph.ts";
import { Program } from "../../jit/program.ts";
import { difference } from "../../jit/verify.ts";
import { nameOwnFunctions } from "../compiled/library.ts";
import { type LogDensity, recorded } from "./density-record.ts";
import type { Potential, Room } from "./potential.ts";

/** A potential as a program: what two equal records of it computed. */
export class CompiledPotential implements Potential {
  readonly size: number;
  readonly reason = undefined;
  #logDensity: LogDensity;
  #at: Float64Array;
  readonly #graph: Graph;
  #programs: readonly unknown[];
  readonly #captured: Captured | undefined;
  readonly #program: Program;
  readonly #latent: Float32Array;
  readonly #value: Float32Array;
  readonly #gradient: Float32Array;
  readonly room: Room | undefined;

  /**
   * @param captured what `programs` held at the last look
   * @param room bytes that are wanted beside it
   */
  constructor(
    logDensity: LogDensity,
    at: Float64Array,
    graph: Graph,
    programs: readonly unknown[],
    captured: Captured | undefined,
    room: number,
  ) {
    this.size = at.length;
    this.#logDensity = logDensity;
    this.#at = at.slice();
    this.#graph = graph;
    this.#programs = programs;
    this.#captured = captured;
    this.#program = new Program(graph, { room, whole: true });
    const argument = graph.sources.find(({ origin }) => origin.kind === "argument");
    const cells = argument === undefined ? undefined : this.#program.cellsOf(argument);
    this.#latent = (cells ?? new Float32Array(at.length)) as Float32Array;
    const [value, gradient] = this.#program.outputs;
    this.#value = value as Float32Array;
    this.#gradient = gradient as Float32Array;
    this.room = this.#roomOf(cells !== undefined);
    this.#load();
  }

  evaluate(q: Float64Array, gradient: Float64Array): number {
    const [latent, slope] = [this.#latent, this.#gradient];
    for (let i = 0; i < q.length; i++) latent[i] = q[i] as number;
    if (!this.#program.step(0)) return Number.NaN;
    for (let i = 0; i < q.length; i++) gradient[i] = slope[i] as number;
    return this.#value[0] as number;
  }

  changed(): string | undefined {
    const captured = capturedBy(this.#programs);
    const variable = changedCapture(this.#captured, captured);
    if (variable !== undefined) return `the variable "${variable}" was changed`;
    return this.#differs(captured);
  }

  /**
   * Another run begins: stand for its log-density too, where a record of that is the one that was compiled, and all
   * that its functions hold is as it was.
   * @returns whether it does
   */
  again(logDensity: LogDensity, at: Float64Array, programs: readonly unknown[]): boolean {
    if (at.length !== this.size) return false;
    this.#logDensity = logDensity;
    this.#at = at.slice();
    this.#programs = programs;
    if (this.#differs(this.#captured) !== undefined) return false;
    nameOwnFunctions();
    const now = capturedBy(programs);
    const changed = now === undefined ? writesOutside(programs) : changedCapture(this.#captured, now);
    if (changed !== undefined) return false;
    this.#load();
    return true;
  }

  dispose(): void {
    this.#graph.dispose();
  }

  /** @param reads whether the program reads the vector */
  #roomOf(reads: boolean): Room | undefined {
    const { room } = this.#program;
    if (room === undefined || !reads) return undefined;
    return {
      ...room,
      latent: this.#latent.byteOffset,
      value: this.#value.byteOffset,
      gradient: this.#gradient.byteOffset,
      step: this.#program.run as () => number,
    };
  }

  /** What a new record has that the compiled one has not. */
  #differs(captured: Captured | undefined): string | undefined {
    const { graph, reason } = recorded(this.#logDensity, this.#at, this.#programs, captured);
    if (graph === undefined) return reason ?? "it cannot be recorded";
    const differs = difference(this.#graph, graph);
    graph.dispose();
    return differs;
  }

  /** Parameters are constants of a run. */
  #load(): void {
    for (const source of this.#program.sources)
      if (source.origin.kind === "state")
        this.#program.cellsOf(source)?.set(source.origin.variable.dataSync() as Float32Array);
  }
}
