/**
 * The way back through tfjs's tape. Each kernel that was run inside a gradient is a node of it; those that lie between
 * the variables and the result are gone through from the last to the first, and what each hands to its inputs is added.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "./engine.ts";

export interface TapeNode {
  readonly kernelName: string;
  readonly inputs: tf.NamedTensorMap;
  readonly outputs: readonly tf.Tensor[];
  readonly saved?: readonly tf.Tensor[];
  /** One function for each input, from the gradients of the outputs. */
  readonly gradient?: (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

/** A node with those of its inputs that depend on the variables. */
export interface Connecting {
  readonly node: TapeNode;
  readonly inputs: readonly (readonly [name: string, input: tf.Tensor])[];
}

/** The nodes that lead from the variables to the result, in the order of the tape. */
export function connecting(tape: readonly TapeNode[], xs: readonly tf.Tensor[], y: tf.Tensor): Connecting[] {
  const fromX = new Set<number>();
  for (const { id } of xs) fromX.add(id);
  const dependent: Connecting[] = [];
  for (const node of tape) {
    const inputs: [string, tf.Tensor][] = [];
    for (const name in node.inputs) {
      const input = node.inputs[name];
      if (input !== undefined && input !== null && fromX.has(input.id)) inputs.push([name, input]);
    }
    if (inputs.length === 0) continue;
    for (const { id } of node.outputs) fromX.add(id);
    dependent.push({ node, inputs });
  }
  const toY = new Set([y.id]);
  const found: Connecting[] = [];
  for (let i = dependent.length - 1; i >= 0; i--) {
    const one = dependent[i] as Connecting;
    if (!one.node.outputs.some(({ id }) => toY.has(id))) continue;
    for (const [, { id }] of one.inputs) toY.add(id);
    found.push(one);
  }
  return found.reverse();
}

/** Gradients of the result, by the numbers of the tensors that it depends on. */
export interface Backward {
  readonly grads: ReadonlyMap<number, tf.Tensor>;
  /** Numbers of gradients that stand for more than one tensor, or are somebody else's. */
  readonly shared: ReadonlySet<number>;
}

export function backward(
  engine: Engine,
  nodes: readonly Connecting[],
  y: tf.Tensor,
  dy: tf.Tensor | undefined,
): Backward {
  const grads = new Map<number, tf.Tensor>();
  const start = dy ?? tf.engine().makeTensor(new Float32Array(y.size).fill(1), y.shape, "float32");
  grads.set(y.id, start);
  // What is handed through unchanged is the gradient of several tensors at once.
  const known = new Set([start.id]);
  const shared = new Set(dy === undefined ? [] : [dy.id]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { node, inputs } = nodes[i] as Connecting;
    if (node.gradient === undefined || node.gradient === null) {
      throw new Error(`Cannot compute gradient: gradient function not found for ${node.kernelName}.`);
    }
    const ways = node.gradient(node.outputs.map(({ id }) => grads.get(id) ?? null));
    for (const [name, input] of inputs) {
      const dx = through(engine, node, ways, name, input);
      const other = grads.get(input.id);
      if (known.has(dx.id)) shared.add(dx.id);
      if (other === undefined) {
        known.add(dx.id);
        grads.set(input.id, dx);
      } else {
        const sum = engine.runKernel("Add", { a: other, b: dx }) as tf.Tensor;
        known.add(sum.id);
        grads.set(input.id, sum);
        if (!shared.has(other.id)) other.dispose();
      }
    }
  }
  return { grads, shared };
}

/** What a node hands to one of its inputs. */
function through(
  engine: Engine,
  { kernelName }: TapeNode,
  ways: Record<string, () => tf.Tensor>,
  name: string,
  { shape }: tf.Tensor,
): tf.Tensor {
  const way = ways[name];
  if (way === undefined) {
    throw new Error(
      `Cannot backprop through input ${name}. Available gradients found: ${Object.keys(ways)}.`,
    );
  }
  const dx = engine.tidy(() => ways[name]?.() as tf.Tensor) as tf.Tensor;
  const where = `Error in gradient for op ${kernelName}. The gradient of input`;
  if (dx.dtype !== "float32") {
    throw new Error(`${where} ${name} must have 'float32' dtype, but has '${dx.dtype}'`);
  }
  if (!tf.util.arraysEqual(dx.shape, shape)) {
    throw new Error(
      `${where} '${name}' has shape '${dx.shape}', which does not match the shape of the input '${shape}'`,
    );
  }
  return dx;
}
