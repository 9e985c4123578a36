/**
 * Scheduling: from the graph of primitives to a list of steps over buffers. Nodes that share a domain become one loop
 * (`plan.ts`, `body.ts`), views become strides (`collapse.ts`), new state is written where the old one stood (`in-place.ts`),
 * and scalar steps too long for V8 to optimise are cut (`split.ts`).
 */
import type { Builder } from "../dag/builder.ts";
import { isRowMajor, isWhole, type Node, sizeOf, type View } from "../dag/node.ts";
import type { Dtype } from "../dag/ops.ts";
import type { Value } from "../graph.ts";
import { loopOf } from "./body.ts";
import { collapsed } from "./collapse.ts";
import { inPlace } from "./in-place.ts";
import { type Group, plan } from "./plan.ts";
import { split } from "./split.ts";
import type { Buffer, MatrixView, Step } from "./steps.ts";

export interface Scheduled {
  readonly steps: readonly Step[];
  readonly buffers: readonly Buffer[];
  /** Where each source of the record is to be put before a step. */
  readonly sources: readonly { readonly value: Value; readonly buffer: Buffer }[];
  readonly literals: readonly { readonly data: Float32Array | Int32Array; readonly buffer: Buffer }[];
  /** Where the results stand after a step. */
  readonly outputs: readonly Buffer[];
}

export interface Wanted {
  /** Computed and kept. */
  readonly outputs: readonly View[];
  /** What must be finite for the step to be taken. */
  readonly checked: readonly View[];
  /** New values of sources. */
  readonly updates: readonly { readonly source: Value; readonly view: View }[];
}

export function schedule(builder: Builder, wanted: Wanted): Scheduled {
  const outputs = wanted.outputs.map((view) => ownNode(builder, view));
  const verdict = checkNode(builder, wanted.checked);
  const sourceNodes = new Map<Value, Node>();
  for (const node of builder.nodes) if (node.kind === "source") sourceNodes.set(node.value, node);
  const updates = wanted.updates.map(({ source, view }) => ({
    from: ownNode(builder, view),
    to: sourceNodes.get(source) ?? builder.source(source, view.node.dtype).node,
  }));
  const early = verdict === undefined ? outputs : [...outputs, verdict];
  const checked = verdict === undefined ? [] : [verdict];
  const planned = plan(
    builder.nodes,
    early,
    updates.flatMap(({ from, to }) => [from, to]),
  );

  const buffers = new Map<Node, Buffer>();
  const bufferOf = (node: Node): Buffer => {
    const known = buffers.get(node);
    if (known !== undefined) return known;
    const made = { id: buffers.size, size: sizeOf(node.shape), dtype: node.dtype, label: labelOf(node) };
    buffers.set(node, made);
    return made;
  };

  const step = (group: Group): Step =>
    group.single === undefined ? collapsed(loopOf(group, planned, bufferOf)) : singleStep(group, bufferOf);
  const inPhase = (phase: number) => planned.groups.filter((group) => group.phase === phase).map(step);
  const check: Step = { kind: "check", buffers: checked.map(bufferOf) };
  const steps: Step[] = [...inPhase(0), check, ...inPhase(1)];
  for (const { from, to } of updates) steps.push({ kind: "copy", from: bufferOf(from), to: bufferOf(to) });
  for (const node of outputs) bufferOf(node);

  const sources: { value: Value; buffer: Buffer }[] = [];
  const literals: { data: Float32Array | Int32Array; buffer: Buffer }[] = [];
  for (const [node, buffer] of buffers) {
    if (node.kind === "source") sources.push({ value: node.value, buffer });
    if (node.kind === "literal") literals.push({ data: node.data, buffer });
  }
  const kept = new Set(outputs.map(bufferOf));
  const extra: Buffer[] = [];
  const newBuffer = (dtype: Dtype): Buffer => {
    const made: Buffer = { id: buffers.size + extra.length, size: 1, dtype, label: "temporary" };
    extra.push(made);
    return made;
  };
  return {
    steps: split(inPlace(steps, kept), newBuffer),
    buffers: [...buffers.values(), ...extra],
    sources,
    literals,
    outputs: outputs.map(bufferOf),
  };
}

/** 0 where all elements are finite, else NaN. */
function checkNode(builder: Builder, views: readonly View[]): Node | undefined {
  if (views.length === 0) return undefined;
  const terms = views.map((view) => {
    const none = builder.map("sub", [view, view], "float32", view.shape);
    const axes = view.shape.map((_, i) => i);
    return builder.reshape(builder.reduce("sum", none, axes, "float32"), []);
  });
  const total = terms.reduce((sum, term) => builder.map("add", [sum, term], "float32", []));
  return builder.moved(total).node;
}

/** A node of its own that holds the view's elements: what it is copied from may be overwritten. */
function ownNode(builder: Builder, view: View): Node {
  const { kind } = view.node;
  if (isWhole(view) && isRowMajor(view) && kind !== "source" && kind !== "literal") return view.node;
  return builder.copied(view).node;
}

function singleStep(group: Group, bufferOf: (node: Node) => Buffer): Step {
  const node = group.single as Node;
  const out = bufferOf(node);
  switch (node.kind) {
    case "matmul": {
      const [batch, m, n] = node.shape as [number, number, number];
      const k = node.left.shape[2] as number;
      const view = (of: View): MatrixView => {
        const [batchStride, rowStride, columnStride] = of.strides as [number, number, number];
        return { buffer: bufferOf(of.node), offset: of.offset, batchStride, rowStride, columnStride };
      };
      return { kind: "matmul", left: view(node.left), right: view(node.right), out, batch, m, k, n };
    }
    case "draw": {
      const { kernel, seed, counter, absolute, population } = node;
      const inputs = node.inputs.map((view) => bufferOf(view.node));
      return { kind: "draw", kernel, seed, counter, absolute, population, inputs, out };
    }
    case "host":
      return {
        kind: "host",
        label: node.label,
        inputs: node.inputs.map((view) => bufferOf(view.node)),
        outputs: [out],
        run: node.run,
      };
    default:
      throw new Error(`a ${node.kind} is no step of its own`);
  }
}

function labelOf(node: Node): string {
  switch (node.kind) {
    case "source":
      return node.value.origin.kind === "state" ? node.value.origin.label : node.value.origin.kind;
    case "map":
      return node.op;
    case "draw":
      return node.kernel;
    case "host":
      return node.label;
    default:
      return node.kind;
  }
}
