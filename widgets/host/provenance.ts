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
import type { Origins, TapeEntry } from "./expression.ts";

type Model<A extends unknown[]> = (...args: A) => unknown;

/** What a run of a model tells of its sites. */
export interface Dependencies {
  readonly trace: Trace;
  /** The direct ones. */
  readonly edges: GraphEdge[];
  /** Where the tensors of a site come from. */
  origins(site: string): Origins;
}

/**
 * Runs `model` once and hands its trace and the direct dependencies between its sites to `look`; the trace's
 * tensors live until that returns. Random numbers and parameters are afterwards as they were.
 *
 * @param through whether values that are computed (`deterministic`) are no sites of their own
 */
export function withDependencies<A extends unknown[], R>(
  model: Model<A>,
  args: A,
  look: (found: Dependencies) => R,
  { through = false } = {},
): R {
  const store = getParamStore();
  const known = new Set(store.keys());
  const rng = getRngState();
  let result: { value: R } | undefined;
  try {
    tf.tidy(() => {
      const [run, tape, constants] = withTape(() => trace(model).getTrace(...args));
      result = { value: look(dependencies(run, tape, constants, through)) };
    });
  } finally {
    setRngState(rng);
    for (const name of [...store.keys()]) if (!known.has(name)) store.delete(name);
  }
  return (result as unknown as { value: R }).value;
}

type ActiveTape = ReturnType<typeof tf.engine>["state"]["activeTape"];
type Tape = readonly (TapeEntry & { readonly outputs: readonly tf.Tensor[] })[];

function withTape<T>(body: () => T): [T, Tape, ReadonlyMap<number, number>] {
  const { state } = tf.engine();
  const constants = new Map<number, number>();
  if (state.gradientDepth === 0) state.activeTape = readingTape(constants);
  state.gradientDepth++;
  try {
    const value = body();
    return [value, [...state.activeTape], constants];
  } finally {
    state.gradientDepth--;
    if (state.gradientDepth === 0) {
      // What the tape kept for a backward pass that is not going to come.
      for (const { saved } of state.activeTape) tf.dispose(saved ?? []);
      state.activeTape = [];
    }
  }
}

/** A tape that reads the numbers that go into an op while they are there: the `1` of `tf.add(x, 1)` is gone after it. */
function readingTape(constants: Map<number, number>): ActiveTape {
  const made = new Set<number>();
  const tape: ActiveTape = [];
  tape.push = (...nodes) => {
    for (const { inputs, outputs } of nodes) {
      for (const input of Object.values(inputs)) {
        if (input.size === 1 && input.dtype !== "string" && !made.has(input.id))
          constants.set(input.id, Number(input.dataSync()[0]));
      }
      for (const { id } of outputs) made.add(id);
    }
    return Array.prototype.push.apply(tape, nodes);
  };
  return tape;
}

function dependencies(
  run: Trace,
  tape: Tape,
  constants: ReadonlyMap<number, number>,
  through: boolean,
): Dependencies {
  const entries = new Map<number, TapeEntry>();
  for (const entry of tape) for (const output of entry.outputs) entries.set(output.id, entry);
  /** The site whose value a tensor is; the first one where several share it. */
  const siteOf = new Map<number, string>();
  const claim = (tensor: unknown, name: string) => {
    if (tensor instanceof tf.Tensor && !siteOf.has(tensor.id)) siteOf.set(tensor.id, name);
  };
  for (const node of run.nodes.values()) {
    if (node.type === "param") claim(node.unconstrained, node.name);
    if (through && node.type === "sample" && node.infer._deterministic === true) continue;
    if (node.type === "param" || node.type === "sample") claim(node.value, node.name);
  }
  const edges: GraphEdge[] = [];
  const names = [...run.nodes.values()]
    .filter((node) => !("isSubsample" in node && node.isSubsample))
    .map(({ name }) => name);
  const ordered = (found: ReadonlySet<string>) => names.filter((name) => found.has(name));
  for (const node of run.sampleSites()) {
    if (node.isSubsample === true) continue;
    const parents = parentsOf(node.name, tensorsIn(node.fn), entries, siteOf);
    for (const from of ordered(parents)) edges.push({ from, to: node.name });
  }
  return {
    trace: run,
    edges,
    origins: (own) => ({
      entries,
      constants,
      siteOf: (id) => (siteOf.get(id) === own ? undefined : siteOf.get(id)),
      sitesOf: ({ id }) => ordered(parentsOf(own, [{ id }], entries, siteOf)),
    }),
  };
}

/** The sites that `tensors` of the site `own` were computed from without another site in between. */
function parentsOf(
  own: string,
  tensors: readonly { readonly id: number }[],
  entries: ReadonlyMap<number, TapeEntry>,
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
    else open.push(...Object.values(entries.get(tensor.id)?.inputs ?? {}));
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
