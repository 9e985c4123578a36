/**
 * Takes a recorded graph apart into the primitives of `dag/`: each kernel has a rule, the rest run as they are. What
 * is the same at every step is read once, here, and becomes a literal.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { Builder } from "../dag/builder.ts";
import { sameNumbers, type View } from "../dag/node.ts";
import type { Dtype } from "../dag/ops.ts";
import type { Graph, Use, Value } from "../graph.ts";
import { refuse } from "../refusal.ts";
import { elementwiseRules } from "./elementwise.ts";
import { indexingRules } from "./indexing.ts";
import { linalgRules } from "./linalg.ts";
import { opaque } from "./opaque.ts";
import { productRules } from "./products.ts";
import { randomRules } from "./random.ts";
import { reductionRules } from "./reductions.ts";
import type { KernelCall, Rules } from "./rule.ts";
import { shapeRules } from "./shapes.ts";

let table: Rules | undefined;

/** The rule of every kernel that has one. */
export function loweringRules(): Rules {
  table ??= {
    ...elementwiseRules(),
    ...indexingRules,
    ...linalgRules,
    ...productRules,
    ...randomRules(),
    ...reductionRules,
    ...shapeRules,
  };
  return table;
}

export interface Lowered {
  readonly builder: Builder;
  readonly outputs: readonly View[];
  viewOf(use: Use): View;
  readonly assigned: readonly { readonly variable: tf.Variable; readonly view: View }[];
  /** Kernels that were not taken apart, with how often they run. */
  readonly opaque: ReadonlyMap<string, number>;
}

export function lower(graph: Graph): Lowered {
  const builder = new Builder();
  const views = new Map<Value, View>();
  const notLowered = new Map<string, number>();

  const valueView = (value: Value): View => {
    let view = views.get(value);
    if (view === undefined) {
      view = value.fixed ? literalOf(builder, value) : builder.source(value, dtypeOf(value.dtype));
      views.set(value, view);
    }
    return view;
  };
  const viewOf = ({ value, shape, dtype }: Use): View => {
    const view = valueView(value);
    const typed = dtypeOf(dtype);
    const seen = sameNumbers(view.shape, shape) ? view : builder.reshape(view, shape);
    // A type that was widened on the way is another layout in memory.
    return seen.node.dtype === typed ? seen : builder.map("copy", [seen], typed, shape);
  };

  for (const call of graph.calls) {
    if (call.results !== undefined) continue;
    const names = Object.keys(call.inputs);
    const inputs = Object.values(call.inputs).map(viewOf);
    const outputs = call.outputs.map(({ shape, dtype }) => ({ shape, dtype: dtypeOf(dtype) }));
    const [first] = outputs;
    if (first === undefined) continue;
    const asked: KernelCall = {
      builder,
      kernel: call.kernel,
      attrs: call.attrs,
      inputs,
      input: (name) =>
        inputs[names.indexOf(name)] ?? refuse(`the kernel ${call.kernel} has no input ${name}`),
      has: (name) => names.includes(name),
      outputs,
      shape: first.shape,
      dtype: first.dtype,
    };
    const rule = loweringRules()[call.kernel];
    if (rule === undefined) notLowered.set(call.kernel, (notLowered.get(call.kernel) ?? 0) + 1);
    const made = rule === undefined ? opaque(asked, names) : rule(asked);
    const all = (Array.isArray(made) ? made : [made]) as View[];
    call.outputs.forEach((value, i) => {
      const view = all[i];
      if (view === undefined || !sameNumbers(view.shape, value.shape)) {
        throw new Error(`lowering ${call.kernel} gave [${view?.shape}] for [${value.shape}]`);
      }
      views.set(value, view);
    });
  }
  return {
    builder,
    outputs: graph.outputs.map(viewOf),
    viewOf,
    assigned: graph.assigned.map(({ variable, use }) => ({ variable, view: viewOf(use) })),
    opaque: notLowered,
  };
}

function literalOf(builder: Builder, { origin, shape, dtype }: Value): View {
  const kind = dtypeOf(dtype);
  if (origin.kind === "constant") return builder.literal(origin.data, shape, kind);
  if (origin.kind === "captured")
    return builder.literal(origin.tensor.dataSync() as tf.TypedArray, shape, kind);
  if (origin.kind === "output") {
    const tensor = origin.call.results?.[origin.position];
    if (tensor !== undefined) return builder.literal(tensor.dataSync() as tf.TypedArray, shape, kind);
  }
  throw new Error(`a fixed value of origin ${origin.kind}`);
}

function dtypeOf(dtype: tf.DataType): Dtype {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  return refuse(`tensors of type ${dtype} are not compiled`);
}
