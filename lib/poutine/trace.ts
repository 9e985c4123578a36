/**
 * `trace` records what a program does. It takes a copy of each message on its way back into the program: decisions of
 * all handlers, outer ones too, are in it; what handlers inside do on the way back (a plate picks its part of a
 * parameter) is not.
 */
import { ModelError } from "../errors.ts";
import { isControlFlow } from "../interrupt.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { identifyDenseEdges } from "./dense.ts";
import type { Message } from "./message.ts";
import { missingArguments } from "./missing-arguments.ts";
import { Poutine, type Program } from "./poutine.ts";
import { type GraphType, Trace } from "./trace-struct.ts";

export interface TraceOptions {
  /** `dense` draws an edge from each site to every later one that may depend on it. */
  graphType?: GraphType;
}

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["getTrace", "graphType"] as const;

export interface TracePoutine<A extends unknown[] = unknown[], R = unknown>
  extends PyroSpelling<TracePoutine<A, R>, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class TracePoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  static {
    spellAsPyro(TracePoutine.prototype, MANUAL);
  }

  /** The trace of the run that goes on, or of the last one. */
  trace: Trace;
  readonly graphType: GraphType;

  constructor(fn: Program<A, R> | null = null, options: TraceOptions | GraphType = {}) {
    super(fn);
    const { graphType = "flat" } = typeof options === "string" ? { graphType: options } : options;
    this.graphType = graphType;
    this.trace = new Trace({ graphType });
  }

  /** Runs the program and returns its trace. A scope returns the trace of its last run. */
  getTrace(...args: A): Trace {
    if (this.fn !== null) this.invoke(...args);
    return this.trace;
  }

  override invoke(...args: A): R {
    return this.run(() => {
      this.trace.addNode("_INPUT", { name: "_INPUT", type: "args", args });
      const value = this.program(...args);
      this.trace.addNode("_RETURN", { name: "_RETURN", type: "return", value });
      return value;
    });
  }

  /** Every error that ends the run tells which sites there were. */
  override run<T>(body: () => T): T {
    try {
      return super.run(body);
    } catch (error) {
      throw isControlFlow(error) || error instanceof ModelError
        ? error
        : new ModelError(error, this.trace.formatShapes(), this.#lacking(error));
    }
  }

  /** JavaScript goes on without an argument until something is asked of it. */
  #lacking(error: unknown): string | undefined {
    const input = this.trace.nodes.get("_INPUT");
    if (!(error instanceof TypeError) || input?.type !== "args") return undefined;
    return missingArguments(this.fn, input.args);
  }

  override enter(): void {
    super.enter();
    this.reset();
  }

  override exit(): void {
    super.exit();
    if (this.graphType === "dense") identifyDenseEdges(this.trace);
  }

  override reset(): void {
    this.trace = new Trace({ graphType: this.graphType });
  }

  override postprocessMessage(msg: Message): void {
    this.trace.addNode(msg.name, { ...msg, condIndepStack: [...msg.condIndepStack] });
  }
}

/** Records a program: `trace(model).getTrace(...args)`. */
export function trace<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: TraceOptions | GraphType = {},
): TracePoutine<A, R> {
  return new TracePoutine(fn, options);
}
