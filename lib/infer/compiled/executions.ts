import * as tf from "@tensorflow/tfjs-core";
import { isControlFlow } from "../../interrupt.ts";
import { Calls } from "../../jit/call/calls.ts";
import { Watch } from "../../jit/call/watch.ts";
import type { SampleSite, TraceNode } from "../../poutine/message.ts";
import type { Trace } from "../../poutine/trace-struct.ts";
import { getRngState, setRngState } from "../../tensor/index.ts";
import { hasNaN } from "../diagnose.ts";
import type { Program } from "../program.ts";
import { lean, reachable, type WeightedTrace } from "../weighted-trace.ts";
import { Again } from "./again.ts";
import { type Drawn, DrawnTrace } from "./drawn-trace.ts";
import { nameOwnFunctions } from "./library.ts";

interface Weighed extends Drawn {
  readonly logWeight: tf.Tensor;
  /** The sites, which are those of every execution. */
  readonly sites: string;
}

/**
 * Weighted executions of a model, one after the other, compiled where that is possible. The first ones run as they are:
 * they show which sites there are, and that the model can be run again on the values of its sites. The random stream
 * is that of executions which are not compiled. Their tensors belong to the scope that is open.
 */
export class Executions<A extends unknown[]> {
  readonly #model: Program<A>;
  readonly #args: A;
  readonly #make: () => WeightedTrace;
  readonly #calls: Calls;
  #program: object | undefined;
  #like: Trace | undefined;
  #again: Again<A> | undefined;
  #reason: string | undefined;

  /**
   * @param make makes an execution of the model
   * @param programs the user's functions that it calls besides
   */
  constructor(model: Program<A>, args: A, make: () => WeightedTrace, programs: readonly unknown[]) {
    this.#model = model;
    this.#args = args;
    this.#make = make;
    nameOwnFunctions();
    this.#calls = new Calls(() => this.#drawn(), new Watch([model, ...programs, ...args], true));
  }

  /** Why executions are not compiled; undefined where they are. */
  get reason(): string | undefined {
    return this.#reason ?? (this.#program === undefined ? this.#calls.reason : undefined);
  }

  /** The same where it will not be tried again. */
  get refusal(): string | undefined {
    return this.#reason;
  }

  next(): WeightedTrace {
    if (this.#reason !== undefined) return lean(this.#make);
    if (this.#like === undefined) return this.#first();
    const rng = getRngState();
    const compiled = this.#compiled();
    if (compiled !== undefined) return compiled;
    setRngState(rng);
    // Without the compiler it is told which site is wrong.
    return lean(this.#make);
  }

  #first(): WeightedTrace {
    const made = lean(this.#make);
    const { trace } = made;
    this.#like = trace;
    const again = new Again(this.#model, this.#args, trace);
    try {
      tf.tidy(() => void again.run(this.#differing(trace)));
      this.#again = again;
    } catch (error) {
      if (isControlFlow(error)) throw error;
      const { got } = (error as { parts?: { got?: string } }).parts ?? {};
      this.#reason = `a second run of the model on the values of its sites is another one: ${got}`;
    }
    return { ...made, keeps: [...reachable(trace), ...again.tensors] };
  }

  /** @returns undefined where there is no program yet that stands for the execution, or its weight is not a number */
  #compiled(): WeightedTrace | undefined {
    // What is not used of it goes with the scope of all executions.
    const drawn = this.#calls.call([]) as Weighed;
    if (!this.#standsFor(drawn) || hasNaN(drawn.logWeight)) return undefined;
    const { logWeight, values, logPdfs, returned } = drawn;
    return { trace: this.#traceOf(drawn), logWeight, keeps: [values, logPdfs, returned] };
  }

  #standsFor({ sites }: Weighed): boolean {
    const { program, refusal } = this.#calls;
    if (refusal !== undefined) this.#reason = refusal;
    else if (program === undefined) return false;
    else if (sites !== sitesOf(this.#like as Trace)) this.#reason = "the first execution had other sites";
    else if (program.program.states.length > 0)
      this.#reason = "it changes a variable or a parameter as it runs";
    else if (this.#program !== undefined && this.#program !== program)
      this.#reason = "it became another one as it ran";
    this.#program = this.#reason === undefined ? program : undefined;
    return this.#program !== undefined;
  }

  #traceOf(drawn: Drawn): Trace {
    const { nodes } = this.#like as Trace;
    let whole: Trace | undefined;
    let alive: tf.Tensor | undefined;
    return new DrawnTrace(nodes, drawn, () => {
      // It belongs to the scope of who asked; the next one who asks may come after its end.
      if (whole === undefined || alive?.isDisposed !== false) {
        whole = (this.#again as Again<A>).run(drawn);
        alive = tf.scalar(0);
      }
      return whole;
    });
  }

  #drawn(): Weighed {
    const { trace, logWeight } = this.#make();
    return { ...this.#differing(trace), logWeight, sites: sitesOf(trace) };
  }

  /** What is not the same tensor in each execution, as data and parameters are. */
  #differing(trace: Trace): Drawn {
    const like = (this.#like as Trace).nodes;
    const values: Record<string, tf.Tensor> = {};
    const logPdfs: Record<string, tf.Tensor> = {};
    let returned: unknown;
    for (const [name, node] of trace.nodes) {
      if (node.type === "args") continue;
      if (node.type === "return") returned = node.value;
      else if (node.value !== undefined && !isSame(node, like.get(name))) values[name] = node.value;
      const { logPdf } = node as Partial<SampleSite>;
      if (logPdf !== undefined) logPdfs[name] = logPdf;
    }
    return { values, logPdfs, returned };
  }
}

function isSame(node: TraceNode, other: TraceNode | undefined): boolean {
  if (node.type === "param") return node.condIndepStack.every(({ whole }) => whole);
  return node.type === "sample" && other?.type === "sample" && node.value === other.value;
}

function sitesOf(trace: Trace): string {
  return [...trace.nodes].map(([name, { type }]) => `${type} ${name}`).join("\n");
}
