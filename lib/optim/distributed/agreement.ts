import type { World } from "../../distributed/world.ts";
import { pyroError } from "../../errors.ts";
import { type GradientLayout, layoutOf } from "./layout.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** What one rank tells the others when they do not bring the same gradients. */
interface Brought {
  /** Number of the optimizer, by which steps of two are not taken for one. */
  readonly optimizer: number;
  readonly grads: Shapes;
  /** Parameters that exist there. */
  readonly known: readonly string[];
}

/**
 * The gradients that any rank brings: the others bring zeros.
 * @throws on every rank alike, where a parameter does not exist on some rank or has another shape there
 */
export function agreeOnLayout(
  world: World,
  own: GradientLayout,
  known: readonly string[],
  optimizer: number,
): GradientLayout {
  const grads = Object.fromEntries(own.names.map((name, i) => [name, own.shapes[i] ?? []]));
  const text = JSON.stringify({ optimizer, grads, known } satisfies Brought);
  const all = world
    .gather(new TextEncoder().encode(text))
    .map((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Brought);
  const other = all.find((brought) => brought.optimizer !== all[0]?.optimizer);
  if (other !== undefined) throw otherOptimizers(all.map(({ optimizer: number }) => number));
  const shapes = new Map<string, readonly number[]>();
  for (const [rank, brought] of all.entries()) {
    for (const [name, shape] of Object.entries(brought.grads)) {
      const before = shapes.get(name);
      if (before !== undefined && before.join() !== shape.join()) throw otherShape(name, before, shape, rank);
      shapes.set(name, shape);
    }
  }
  const names = [...shapes.keys()].sort();
  for (const name of names) {
    const lacking = all.flatMap(({ known, grads }, rank) =>
      known.includes(name) || name in grads ? [] : [rank],
    );
    if (lacking.length > 0) throw missing(name, lacking);
  }
  return layoutOf(names.map((name) => [name, shapes.get(name) ?? []]));
}

function missing(name: string, ranks: readonly number[]): Error {
  return pyroError({
    what: `The parameter exists on some ranks and not on rank ${ranks.join(", ")}`,
    where: `parameter "${name}"`,
    expected: "every rank to make all parameters, even where it does not use them in each step",
    try: "call param for it on all ranks before training",
  });
}

function otherShape(name: string, before: readonly number[], now: readonly number[], rank: number): Error {
  return pyroError({
    what: `The parameter has another shape on rank ${rank}`,
    where: `parameter "${name}"`,
    expected: `[${before.join(", ")}]`,
    got: `[${now.join(", ")}]`,
  });
}

function otherOptimizers(numbers: readonly number[]): Error {
  return pyroError({
    what: "Ranks take steps of different optimizers",
    where: "HorovodOptimizer",
    expected: "optimizers to be made, and to take their steps, in the same order on all ranks",
    got: `the optimizers ${numbers.join(", ")} by rank`,
  });
}
