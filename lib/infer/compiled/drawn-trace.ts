import type * as tf from "@tensorflow/tfjs-core";
import type { TraceNode } from "../../poutine/message.ts";
import { Trace } from "../../poutine/trace-struct.ts";

/** What a compiled execution gives. */
export interface Drawn {
  /** By site, where they are not the same tensors in every execution. */
  readonly values: Readonly<Record<string, tf.Tensor>>;
  /** By scored site: its log-density, a scalar. */
  readonly logPdfs: Readonly<Record<string, tf.Tensor>>;
  readonly returned: unknown;
}

type Properties = Record<string, unknown>;

/**
 * The trace of a compiled execution. It has the nodes of a trace that was made by running the program, with values and
 * log-densities of its own; what else depends on the values (distributions, masks) a run of the program on these values
 * gives, once somebody asks.
 */
export class DrawnTrace extends Trace {
  /**
   * @param like the nodes of an execution with the same sites
   * @param whole the trace that a run on these values gives
   */
  constructor(like: ReadonlyMap<string, TraceNode>, drawn: Drawn, whole: () => Trace) {
    super();
    let nodes: Map<string, TraceNode> | undefined;
    const get = () => {
      nodes ??= new Map([...like].map(([name, node]) => [name, drawnNode(node, drawn, whole)]));
      return nodes;
    };
    Object.defineProperty(this, "nodes", { get, enumerable: true });
  }
}

function drawnNode(like: TraceNode, { values, logPdfs, returned }: Drawn, whole: () => Trace): TraceNode {
  if (like.type === "args") return { ...like };
  if (like.type === "return") return { ...like, value: returned };
  const { name } = like;
  const node: Properties = {};
  for (const [key, value] of Object.entries(like)) {
    if (isFixed(like.type, key, value)) node[key] = value;
    else lazily(node, key, () => (whole().nodes.get(name) as unknown as Properties)[key]);
  }
  node.condIndepStack = [...like.condIndepStack];
  node.infer = { ...like.infer };
  node.value = values[name] ?? like.value;
  if (logPdfs[name] !== undefined) node.logPdf = logPdfs[name];
  return node as unknown as TraceNode;
}

/** Whether a property of a site is the same in all executions, or is known without a run. */
function isFixed(type: string, key: string, value: unknown): boolean {
  if (type === "param" || typeof value !== "object" || value === null) return true;
  if (key === "args") return (value as unknown[]).length === 0;
  return key === "value" || key === "logPdf" || key === "condIndepStack" || key === "infer";
}

/** A property that is made when it is read, and may be written like any other. */
function lazily(target: Properties, key: string, get: () => unknown): void {
  const common = { enumerable: true, configurable: true };
  const set = (value: unknown) => Object.defineProperty(target, key, { ...common, value, writable: true });
  Object.defineProperty(target, key, { ...common, get, set });
}
