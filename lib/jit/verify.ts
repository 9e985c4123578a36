/**
 * Two records of the same step must be the same program. Where they differ in structure or, bit for bit, in a
 * constant, the step depends on something that is not in the record: a counter of the host, its clock, its random
 * numbers, a branch on data. The comparison says what differs first.
 */
import type { Call, Graph, Use, Value } from "./graph.ts";

/**
 * Why the records are not of one program; undefined where they are.
 * @param options `anySeed`: draws may be of streams of other seeds
 */
export function difference(
  one: Graph,
  other: Graph,
  options: { readonly anySeed?: boolean } = {},
): string | undefined {
  const n = Math.min(one.calls.length, other.calls.length);
  const sources = compareSources(one, other);
  if (sources !== undefined) return sources;
  for (let i = 0; i < n; i++) {
    const found = compareCalls(one.calls[i] as Call, other.calls[i] as Call, options.anySeed === true);
    if (found !== undefined) return found;
  }
  if (one.calls.length !== other.calls.length) {
    return `it computes ${one.calls.length} kernels in one step and ${other.calls.length} in the next`;
  }
  if (one.draws !== other.draws) {
    return `it draws ${one.draws} times in one step and ${other.draws} times in the next`;
  }
  const outputs =
    one.outputs.length === other.outputs.length &&
    one.outputs.every((use, i) => sameUse(use, other.outputs[i]));
  const assigned =
    one.assigned.length === other.assigned.length &&
    one.assigned.every(({ variable, use }, i) => {
      const partner = other.assigned[i];
      return partner?.variable === variable && sameUse(use, partner.use);
    });
  return outputs && assigned ? undefined : "its results depend on something that the record does not see";
}

function compareSources(one: Graph, other: Graph): string | undefined {
  const n = Math.min(one.sources.length, other.sources.length);
  for (let i = 0; i < n; i++) {
    const found = compareSource(one.sources[i] as Value, other.sources[i] as Value);
    if (found !== undefined) return found;
  }
  return one.sources.length === other.sources.length
    ? undefined
    : "it uses other data, or makes other tensors, from step to step";
}

function compareSource(a: Value, b: Value): string | undefined {
  const [x, y] = [a.origin, b.origin];
  if (x.kind !== y.kind || a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) {
    return "it uses other data, or makes other tensors, from step to step";
  }
  if (x.kind === "constant" && y.kind === "constant" && !sameBits(x.data, y.data)) {
    return (
      `a number that the host computes (${preview(x.data)}, then ${preview(y.data)}) changes from step to step: ` +
      "a counter, the clock, Math.random, or a random op of tfjs; draw with pyro.sample, or pass it as an argument"
    );
  }
  if (
    x.kind === "captured" &&
    y.kind === "captured" &&
    x.tensor !== y.tensor &&
    !(x.tensor.id === y.tensor.id)
  ) {
    return "it uses another tensor from step to step; pass it as an argument";
  }
  if (x.kind === "state" && y.kind === "state" && x.variable !== y.variable) {
    return "it uses another parameter from step to step";
  }
  return undefined;
}

function compareCalls(a: Call, b: Call, anySeed: boolean): string | undefined {
  if (a.kernel !== b.kernel) return `it computes ${a.kernel} in one step and ${b.kernel} in the next`;
  const names = Object.keys(a.inputs);
  const same =
    names.length === Object.keys(b.inputs).length &&
    names.every((name) => sameUse(a.inputs[name], b.inputs[name])) &&
    a.outputs.length === b.outputs.length &&
    a.outputs.every((value, i) => {
      const partner = b.outputs[i];
      return value.dtype === partner?.dtype && sameShape(value.shape, partner.shape);
    });
  if (!same) return `what goes into ${a.kernel} changes from step to step`;
  return written(a.attrs, anySeed) === written(b.attrs, anySeed)
    ? undefined
    : `an option of ${a.kernel} changes from step to step`;
}

/** Options as text: unlike JSON's, with every number told apart. */
function written(attrs: Call["attrs"], anySeed: boolean): string {
  return JSON.stringify(attrs, (key, value: unknown) => {
    if (anySeed && attrs.stream === true && (key === "seed0" || key === "seed1")) return undefined;
    const odd = typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0));
    return odd ? `number ${Object.is(value, -0) ? "-0" : value}` : value;
  });
}

function sameUse(a: Use | undefined, b: Use | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.value.id === b.value.id &&
    a.dtype === b.dtype &&
    sameShape(a.shape, b.shape)
  );
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function preview(data: ArrayLike<number>): string {
  return data.length === 1 ? String(Number((data[0] as number).toPrecision(6))) : `${data.length} numbers`;
}
