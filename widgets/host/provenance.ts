/**
 * Which site depends on which: found by running the model once while tfjs writes its gradient tape (every op
 * with its inputs and outputs) and walking that tape back from the tensors of each distribution to the values
 * of earlier sites. Exact for whatever is computed with tensors; a value that a model reads on the host
 * (`dataSync`) and puts into a new tensor is not followed.
 */
import * as tf from "@tensorflow/tfjs-core";
import { getParamStore } from "../../lib/params/index.ts";
import { type Trace, trace } from "../../lib/poutine/index.ts";
import { getRngState, setRngState } from "../../lib/tensor/index.ts";
import type { GraphEdge } from "../views/graph-data.ts";

type Model<A extends unknown[]> = (...args: A) => unknown;

/**
 * Runs `model` once and hands its trace and the direct dependencies between its sites to `look`; the trace's
 * tensors live until that returns. Random numbers and parameters are afterwards as they were.
 */
export function withDependencies<A extends unknown[], R>(
  model: Model<A>,
  args: A,
  look: (trace: Trace, edges: GraphEdge[]) => R,
): R {
  const store = getParamStore();
  const known = new Set(store.keys());
  const rng = getRngState();
  let result: { value: R } | undefined;
  try {
    tf.tidy(() => {
      const [run, tape] = withTape(() => trace(model).getTrace(...args));
      result = { value: look(run, dependencies(run, tape)) };
    });
  } finally {
    setRngState(rng);
    for (const name of [...store.keys()]) if (!known.has(name)) store.delete(name);
  }
  return (result as unknown as { value: R }).value;
}

interface TapeEntry {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
}

function withTape<T>(body: () => T): [T, readonly TapeEntry[]] {
  const { state } = tf.engine();
  if (state.gradientDepth === 0) state.activeTape = [];
  state.gradientDepth++;
  try {
    const value = body();
    return [value, [...state.activeTape]];
  } finally {
    state.gradientDepth--;
    if (state.gradientDepth === 0) {
      // What the tape kept for a backward pass that is not going to come.
      for (const { saved } of state.activeTape) tf.dispose(saved ?? []);
      state.activeTape = [];
    }
  }
}

function dependencies(run: Trace, tape: readonly TapeEntry[]): GraphEdge[] {
  const madeFrom = new Map<number, readonly tf.Tensor[]>();
  for (const { inputs, outputs } of tape) {
    for (const output of outputs) madeFrom.set(output.id, Object.values(inputs));
  }
  /** The site whose value a tensor is; the first one where several share it. */
  const siteOf = new Map<number, string>();
  const claim = (tensor: unknown, name: string) => {
    if (tensor instanceof tf.Tensor && !siteOf.has(tensor.id)) siteOf.set(tensor.id, name);
  };
  for (const node of run.nodes.values()) {
    if (node.type === "param") claim(node.unconstrained, node.name);
    if (node.type === "param" || node.type === "sample") claim(node.value, node.name);
  }
  const edges: GraphEdge[] = [];
  const names = [...run.nodes.values()]
    .filter((node) => !("isSubsample" in node && node.isSubsample))
    .map(({ name }) => name);
  for (const node of run.sampleSites()) {
    if (node.isSubsample === true) continue;
    const parents = origins(node.name, tensorsIn(node.fn), madeFrom, siteOf);
    for (const from of names) if (parents.has(from)) edges.push({ from, to: node.name });
  }
  return edges;
}

/** The sites that `tensors` of the site `own` were computed from without another site in between. */
function origins(
  own: string,
  tensors: readonly tf.Tensor[],
  madeFrom: ReadonlyMap<number, readonly tf.Tensor[]>,
  siteOf: ReadonlyMap<number, string>,
): Set<string> {
  const found = new Set<string>();
  const seen = new Set<number>();
  const open = [...tensors];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (seen.has(tensor.id)) continue;
    seen.add(tensor.id);
    const site = siteOf.get(tensor.id);
    if (site !== undefined && site !== own) found.add(site);
    else open.push(...(madeFrom.get(tensor.id) ?? []));
  }
  return found;
}

const deepest = 6;

/** Every tensor that an object (a distribution, one of the user's own too) holds. */
function tensorsIn(value: unknown, depth = 0, seen = new Set<object>()): tf.Tensor[] {
  if (typeof value !== "object" || value === null || seen.has(value) || depth > deepest) return [];
  seen.add(value);
  if (value instanceof tf.Tensor) return [value];
  if (ArrayBuffer.isView(value)) return [];
  const inner = value instanceof Map ? [...value.values()] : Object.values(value);
  return inner.flatMap((item) => tensorsIn(item, depth + 1, seen));
}
