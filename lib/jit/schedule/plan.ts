/**
 * Which nodes are computed together. Nodes with one domain share a loop where nothing between them needs a finished
 * result: a node goes into the earliest such loop, so a chain of elementwise kernels with the sums over it becomes one
 * pass over memory. What comes before the check of the step (`phase` 0) never waits for what comes after it (1).
 */
import {
  type Argument,
  argumentsOf,
  isView,
  type Node,
  type Part,
  readsOf,
  rowMajor,
  sameNumbers,
  sizeOf,
  type View,
} from "../dag/node.ts";

/** Something that runs over one domain: a map, a reduction, or one part of an assembled tensor. */
export interface Unit {
  readonly node: Node;
  readonly part: Part | undefined;
}

export interface Group {
  readonly position: number;
  readonly phase: number;
  /** Axes of length 1 left out. */
  readonly domain: readonly number[];
  readonly key: string;
  /** Of a loop. Empty where the group is a single node that is no loop. */
  readonly units: Unit[];
  readonly single: Node | undefined;
}

export interface Plan {
  readonly groups: readonly Group[];
  /** The group after which a node's result is whole. */
  readonly doneAt: ReadonlyMap<Node, number>;
  /** Nodes whose result must stand in memory. */
  readonly stored: ReadonlySet<Node>;
}

export function squeezed(shape: readonly number[]): number[] {
  return shape.filter((n) => n !== 1);
}

/** Whether a view reads, at each point of a domain, what its node computes at that point. */
export function isAligned(view: View, domain: readonly number[]): boolean {
  if (view.indirect !== undefined || view.offset !== 0 || sizeOf(view.shape) !== sizeOf(view.node.shape))
    return false;
  const own = squeezed(view.node.shape);
  if (!sameNumbers(own, domain)) return false;
  const wanted = rowMajor(own);
  let axis = 0;
  return view.shape.every((n, i) => n === 1 || view.strides[i] === wanted[axis++]);
}

export function plan(nodes: readonly Node[], early: readonly Node[], roots: readonly Node[]): Plan {
  const all = reachable([...early, ...roots]);
  // Positions that come from tensors are checked where they are used: before any state is written.
  const first = reachable([...early, ...[...all].filter(looksUp)]);
  const planner = new Planner();
  // Draws without parameters go first, so that they split no loop.
  const free = (node: Node) => node.kind === "draw" && node.inputs.length === 0;
  for (const phase of [0, 1]) {
    const mine = nodes.filter((node) => all.has(node) && (first.has(node) ? 0 : 1) === phase);
    for (const node of mine) if (free(node)) planner.place(node, phase);
    for (const node of mine) if (!free(node)) planner.place(node, phase);
    planner.endPhase();
  }
  for (const node of [...early, ...roots]) planner.stored.add(node);
  return planner;
}

/** Whether a node reads or writes at positions that come from tensors. */
function looksUp(node: Node): boolean {
  for (const arg of argumentsOf(node)) if (isView(arg) && arg.indirect !== undefined) return true;
  if (node.kind === "reduce") return node.indirect.length > 0;
  return node.kind === "assemble" && node.parts.some(({ indirect }) => indirect !== undefined);
}

function reachable(roots: readonly Node[]): Set<Node> {
  const seen = new Set<Node>();
  const open = [...roots];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...readsOf(node));
  }
  return seen;
}

class Planner implements Plan {
  readonly groups: Group[] = [];
  readonly doneAt = new Map<Node, number>();
  readonly stored = new Set<Node>();
  readonly #loops = new Map<string, Group[]>();
  /** The first position of this phase. */
  #start = 0;

  endPhase(): void {
    this.#start = this.groups.length;
    this.#loops.clear();
  }

  place(node: Node, phase: number): void {
    switch (node.kind) {
      case "source":
      case "literal":
        this.doneAt.set(node, -1);
        this.stored.add(node);
        return;
      case "map":
        this.doneAt.set(node, this.#unit({ node, part: undefined }, node.shape, node.args, phase, 0));
        return;
      case "reduce": {
        const reads = [node.arg, ...node.indirect.map(({ index }) => index)];
        this.doneAt.set(node, this.#unit({ node, part: undefined }, node.domain, reads, phase, 0));
        this.stored.add(node);
        return;
      }
      case "assemble":
        this.#assemble(node, phase);
        return;
      case "matmul":
      case "draw":
      case "host": {
        for (const read of readsOf(node)) this.stored.add(read);
        this.stored.add(node);
        this.doneAt.set(node, this.#append({ phase, domain: [], key: "", units: [], single: node }));
        return;
      }
      default:
        node satisfies never;
    }
  }

  #assemble(node: Extract<Node, { kind: "assemble" }>, phase: number): void {
    this.stored.add(node);
    let last = -1;
    let after = 0;
    if (node.fill !== undefined) {
      const fill: Part = { arg: node.fill, shape: node.shape, offset: 0, strides: rowMajor(node.shape) };
      last = this.#unit({ node, part: fill }, node.shape, [], phase, 0);
      after = last + 1;
    }
    for (const part of node.parts) {
      const indirect = part.indirect ?? [];
      // Parts whose places are not known beforehand may fall on earlier ones.
      if (indirect.length > 0) after = last + 1;
      const reads = [part.arg, ...indirect.map(({ index }) => index)];
      last = Math.max(last, this.#unit({ node, part }, part.shape, reads, phase, after));
    }
    this.doneAt.set(node, last);
  }

  /** Puts a unit into the earliest loop that it may join; returns the loop's position. */
  #unit(
    unit: Unit,
    shape: readonly number[],
    reads: readonly Argument[],
    phase: number,
    after: number,
  ): number {
    const domain = squeezed(shape);
    let least = Math.max(this.#start, after);
    const aligned = new Set<Node>();
    for (const [node, view] of viewsOf(reads)) {
      const done = this.doneAt.get(node) ?? -1;
      const joins = node.kind === "map" && isAligned(view, domain);
      if (joins) aligned.add(node);
      least = Math.max(least, joins ? done : done + 1);
    }
    const key = domain.join("x");
    const group =
      this.#loops.get(key)?.find(({ position }) => position >= least) ?? this.#loop(phase, domain, key);
    group.units.push(unit);
    for (const [node, view] of viewsOf(reads)) {
      const inside =
        node.kind === "map" && this.doneAt.get(node) === group.position && isAligned(view, domain);
      if (!inside) this.stored.add(node);
    }
    return group.position;
  }

  #loop(phase: number, domain: readonly number[], key: string): Group {
    const position = this.#append({ phase, domain, key, units: [], single: undefined });
    const group = this.groups[position] as Group;
    this.#loops.set(key, [...(this.#loops.get(key) ?? []), group]);
    return group;
  }

  #append(group: Omit<Group, "position">): number {
    this.groups.push({ ...group, position: this.groups.length });
    return this.groups.length - 1;
  }
}

function* viewsOf(args: readonly Argument[]): Generator<[Node, View]> {
  for (const arg of args) {
    if (!isView(arg)) continue;
    yield [arg.node, arg];
    yield* viewsOf((arg.indirect ?? []).map(({ index }) => index));
  }
}
