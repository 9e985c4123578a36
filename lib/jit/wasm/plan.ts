/**
 * How a loop is run: which axes are one, which of them lies along the lanes, in which order the others follow, and how
 * deep in the nest each statement stands. The points of a domain do not depend on each other, so any order is right.
 */
import { accessOf } from "../schedule/collapse.ts";
import type { Access, Loop, Operand, Statement } from "../schedule/steps.ts";
import { vectorised } from "./values.ts";

export interface Plan {
  /** Lengths of the axes, outermost first; the last one lies along the lanes. */
  readonly lengths: readonly number[];
  /** With axes in that order. */
  readonly body: readonly Placed[];
}

export interface Placed {
  readonly statement: Statement;
  /** The number of axes that must be known: a statement of depth 0 runs once. */
  readonly depth: number;
}

/** The loop with its axes taken from `order`, where a list of axes is merged into one. */
function rearranged(loop: Loop, order: readonly (readonly number[])[]): Loop {
  const domain = order.map((axes) => axes.reduce((size, k) => size * (loop.domain[k] as number), 1));
  const moved = (access: Access): Access => ({
    ...access,
    strides: order.map((axes) => access.strides[axes[axes.length - 1] as number] as number),
  });
  const body = loop.body.map((statement): Statement => {
    switch (statement.kind) {
      case "load":
        return { ...statement, from: moved(statement.from) };
      case "store":
      case "reduce":
        return { ...statement, to: moved(statement.to) };
      case "index":
        return { ...statement, axis: order.findIndex((axes) => axes.includes(statement.axis)) };
      case "let":
        return statement;
      default:
        return statement satisfies never;
    }
  });
  return { kind: "loop", domain, body };
}

/** Neighbouring axes that every access walks as one become one. */
function merged(loop: Loop): Loop {
  const accesses = loop.body.map(accessOf).filter((access) => access !== undefined);
  const indexed = new Set(loop.body.map((s) => (s.kind === "index" ? s.axis : -1)));
  const groups: number[][] = [];
  for (let k = 0; k < loop.domain.length; k++) {
    const last = groups[groups.length - 1];
    const walksOn = accesses.every(
      ({ strides }) => strides[k - 1] === (strides[k] as number) * (loop.domain[k] as number),
    );
    if (last !== undefined && walksOn && !indexed.has(k) && !indexed.has(k - 1)) last.push(k);
    else groups.push([k]);
  }
  return rearranged(loop, groups);
}

const STRIDED = 6;

/** Time of a point, in instructions, with this axis along the lanes; infinite where that is impossible. */
function cost(loop: Loop, axis: number): number {
  const length = loop.domain[axis] as number;
  let work = 1;
  for (const statement of loop.body) {
    const access = accessOf(statement);
    if (access === undefined) {
      work += 1;
      continue;
    }
    const stride = access.strides[axis] as number;
    if (statement.kind === "store" && stride === 0 && !access.indirect) return Number.POSITIVE_INFINITY;
    const times = statement.kind === "reduce" && stride !== 0 ? 2 : 1;
    work += access.indirect
      ? 2 * STRIDED * times
      : stride === 0
        ? 0.25
        : stride === 1
          ? times
          : STRIDED * times;
  }
  const passes = Math.floor(length / 4) + (length % 4);
  return (work * passes + 4) / length;
}

const sizeOf = ({ domain }: Loop): number => domain.reduce((a, b) => a * b, 1);

/** A loop of one point as a row of one, so that it has an axis and writes along it. */
function asRow(loop: Loop): Loop {
  const along = (access: Access, stride: number): Access => ({ ...access, strides: [stride] });
  const body = loop.body.map((statement): Statement => {
    switch (statement.kind) {
      case "load":
        return { ...statement, from: along(statement.from, 1) };
      case "store":
        return { ...statement, to: along(statement.to, 1) };
      case "reduce":
        return { ...statement, to: along(statement.to, 0) };
      case "index":
        return { ...statement, axis: 0 };
      case "let":
        return statement;
      default:
        return statement satisfies never;
    }
  });
  return { kind: "loop", domain: [1], body };
}

/** The plan of a loop, or undefined where no axis can lie along the lanes. */
export function planOf(given: Loop): Plan | undefined {
  const loop = merged(sizeOf(given) === 1 ? asRow(given) : given);
  const axes = loop.domain.map((_, k) => k);
  const costs = axes.map((k) => cost(loop, k));
  const best = costs.indexOf(Math.min(...costs));
  if (costs[best] === Number.POSITIVE_INFINITY) return undefined;
  const reduced = loop.body.find((s) => s.kind === "reduce")?.to.strides;
  const outer = axes.filter((k) => k !== best);
  // Sums stay in a register along the axes that they run over, if those are inside.
  const order = reduced
    ? [...outer.filter((k) => reduced[k] !== 0), ...outer.filter((k) => reduced[k] === 0)]
    : outer;
  const { domain, body } = rearranged(
    loop,
    [...order, best].map((k) => [k]),
  );
  return { lengths: domain, body: placed(body, domain.length) };
}

function placed(body: readonly Statement[], rank: number): Placed[] {
  const depths = new Map<number, number>();
  const written = new Set(
    body.flatMap((s) => (s.kind === "store" || s.kind === "reduce" ? [s.to.buffer.id] : [])),
  );
  const ofOperand = (of: Operand): number => ("value" in of ? 0 : (depths.get(of.temp) ?? rank));
  const ofAccess = ({ strides, indirect }: Access): number =>
    Math.max(
      strides.findLastIndex((stride) => stride !== 0) + 1,
      ...(indirect ?? []).map(({ temp }) => ofOperand({ temp })),
    );
  return body.map((statement): Placed => {
    switch (statement.kind) {
      case "load": {
        const depth = written.has(statement.from.buffer.id) ? rank : ofAccess(statement.from);
        depths.set(statement.temp, depth);
        return { statement, depth };
      }
      case "index":
        depths.set(statement.temp, statement.axis + 1);
        return { statement, depth: statement.axis + 1 };
      case "let": {
        const depth = Math.max(0, ...statement.args.map(ofOperand));
        depths.set(statement.temp, depth);
        return { statement, depth };
      }
      case "store":
      case "reduce":
        return { statement, depth: rank };
      default:
        return statement satisfies never;
    }
  });
}

/** Measured: from here on vectors take half of JavaScript's time or less; sums of so few points take as long. */
export const LEAST_SIZE = 8;
const LEAST_SHARE = 6;

/** What is to be gained before WebAssembly takes a loop. */
export interface Gain {
  /** The number of points. */
  readonly leastSize?: number;
  /** Nothing: whatever it can run is better than what else would, an interpreter. */
  readonly alone?: boolean;
}

/** Whether a loop can be run, and has so many points and is made of what vectors do well. */
export function loopRuns(given: Loop, { alone = false, leastSize = alone ? 1 : LEAST_SIZE }: Gain): boolean {
  const size = sizeOf(given);
  const loop = size === 1 ? asRow(given) : given;
  if (size < leastSize || planOf(loop) === undefined) return false;
  const stored = new Map<number, Access>();
  const reduced = new Set<number>();
  for (const statement of loop.body) {
    if (statement.kind === "store") {
      // Of several points that write one element the last would have to win.
      if (statement.to.strides.includes(0)) return false;
      stored.set(statement.to.buffer.id, statement.to);
    } else if (statement.kind === "reduce") {
      if (statement.to.buffer.dtype === "bool" && statement.reducer === "sum") return false;
      reduced.add(statement.to.buffer.id);
    }
    if (accessOf(statement)?.indirect?.some(({ stride }) => stride < 0)) return false;
  }
  for (const { from } of loop.body.filter((s) => s.kind === "load")) {
    const to = stored.get(from.buffer.id);
    if (reduced.has(from.buffer.id) || (to !== undefined && !sameAccess(to, from))) return false;
  }
  const lets = loop.body.filter((s) => s.kind === "let");
  const hosted = lets.filter((s) => !vectorised(s.op)).length;
  return alone || hosted * LEAST_SHARE <= lets.length - hosted;
}

const isPlain = (access: Access): boolean => access.indirect === undefined;

function sameAccess(a: Access, b: Access): boolean {
  return (
    isPlain(a) &&
    isPlain(b) &&
    a.offset === b.offset &&
    a.strides.every((stride, k) => stride === b.strides[k])
  );
}
