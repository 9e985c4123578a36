/**
 * A new value of a state is computed right where the old one stands, instead of being copied there, if nobody reads
 * the old one afterwards: not in a later step, and in the step itself only the element that is being replaced.
 */
import { buffersOf } from "./buffers.ts";
import { accessesOf, withAccess } from "./collapse.ts";
import type { Access, Buffer, Copy, Loop, Step } from "./steps.ts";

export function inPlace(steps: readonly Step[], kept: ReadonlySet<Buffer>): Step[] {
  const renamed = new Map<Buffer, Buffer>();
  const targets = new Set<Buffer>();
  const left = steps.filter((step) => {
    if (step.kind !== "copy" || kept.has(step.from) || renamed.has(step.from) || targets.has(step.to))
      return true;
    if (!mayReplace(step, steps)) return true;
    renamed.set(step.from, step.to);
    targets.add(step.to);
    return false;
  });
  if (renamed.size === 0) return left;
  const change = (access: Access): Access => ({
    ...access,
    buffer: renamed.get(access.buffer) ?? access.buffer,
  });
  return left.map((step) =>
    step.kind === "loop"
      ? { ...step, body: step.body.map((statement) => withAccess(statement, change)) }
      : step,
  );
}

function mayReplace({ from, to }: Copy, steps: readonly Step[]): boolean {
  const checkAt = steps.findIndex(({ kind }) => kind === "check");
  const writers = steps.flatMap((step, i) => (writes(step, from) ? [i] : []));
  const [at] = writers;
  if (at === undefined || writers.length > 1 || at < checkAt) return false;
  const loop = steps[at] as Step;
  if (loop.kind !== "loop") return false;
  for (let i = at; i < steps.length; i++) {
    const step = steps[i] as Step;
    if (i > at && (step.kind === "copy" ? step.from === to : reads(step, to))) return false;
    // Later readers of the new value would have to be renamed beyond loops.
    if (i > at && step.kind !== "loop" && step.kind !== "copy" && reads(step, from)) return false;
    if (i > at && step.kind === "copy" && step.from === from && step.to !== to) return false;
  }
  return loop.body.every((statement) =>
    accessesOf(statement).every((access) => access.buffer !== to || alignedWith(loop, access, from)),
  );
}

/** Whether the access reads the very element that the loop writes. */
function alignedWith(loop: Loop, access: Access, written: Buffer): boolean {
  const store = loop.body.find((statement) => statement.kind === "store" && statement.to.buffer === written);
  if (store?.kind !== "store" || access.indirect !== undefined || store.to.indirect !== undefined)
    return false;
  return (
    access.offset === store.to.offset && access.strides.every((stride, i) => stride === store.to.strides[i])
  );
}

interface Touched {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
}

/** Every copy asks about every step, and steps do not change. */
const touched = new WeakMap<Step, Touched>();

function touchedBy(step: Step): Touched {
  let known = touched.get(step);
  if (known === undefined) {
    const { reads, writes } = buffersOf(step);
    known = { reads: new Set(reads), writes: new Set(writes) };
    touched.set(step, known);
  }
  return known;
}

const writes = (step: Step, buffer: Buffer): boolean => touchedBy(step).writes.has(buffer);
const reads = (step: Step, buffer: Buffer): boolean => touchedBy(step).reads.has(buffer);
