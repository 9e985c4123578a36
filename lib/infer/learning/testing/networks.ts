/** The networks of normal variables whose posteriors are learned. */
import { numbers } from "../../../poutine/testing/programs.ts";
import type { Unconstrained } from "./learn.ts";
import type { Node } from "./linear-gaussian.ts";

/** z0 -> z1 -> ... of so many latent links, of which the last is measured. */
export function chain(links: number): Node[] {
  const data = { values: [-0.1, 0.3, 0.7], precision: 1.2 };
  return Array.from({ length: links }, (_, k) => ({
    name: `z${k}`,
    parent: k === 0 ? 0.2 : `z${k - 1}`,
    precision: 1.5 + 0.5 * Math.cos(k),
    ...(k === links - 1 && { data }),
  }));
}

/** A root, two children of each node, so many layers in all; the nodes of the last one are measured. */
export function pyramid(layers: number): Node[] {
  const first = 2 ** (layers - 1);
  return Array.from({ length: 2 ** layers - 1 }, (_, at) => {
    const id = at + 1;
    return {
      name: `z${id}`,
      parent: id === 1 ? 0.4 : `z${id >> 1}`,
      precision: 1 + 0.2 * (at % 3),
      ...(id >= first && { data: { values: [0.3 * (id - first) - 0.5, 0.2 * id], precision: 1.5 } }),
    };
  });
}

/** The same in another order; with `parentsFirst` in one in which parents come before their children. */
export function permuted(nodes: readonly Node[], seed: number, parentsFirst: boolean): Node[] {
  const next = numbers(seed);
  const waiting = [...nodes];
  const done: Node[] = [];
  while (waiting.length > 0) {
    const ready = waiting.filter(
      ({ parent }) => !parentsFirst || typeof parent === "number" || done.some(({ name }) => name === parent),
    );
    const chosen = ready[Math.floor(next() * ready.length)] as Node;
    done.push(chosen);
    waiting.splice(waiting.indexOf(chosen), 1);
  }
  return done;
}

/** Parameters that are off, up and down in turn: locations and logarithms of scales by .3, weights by .25. */
export function displaced(exact: Unconstrained): Unconstrained {
  const by = (name: string) => (name === "weights" ? 0.25 : 0.3);
  return Object.fromEntries(
    Object.entries(exact).map(([name, values]) => [
      name,
      values.map((x, i) => x + (i % 2 === 0 ? by(name) : -by(name))),
    ]),
  );
}
