import { pyroError } from "../../../../lib/errors.ts";
import type { MakeDemoModel } from "../model.ts";
import { coin } from "./coin.ts";
import { eightSchools } from "./eight-schools.ts";
import { regression } from "./regression.ts";

const models = new Map<string, MakeDemoModel>([
  ["coin", coin],
  ["regression", regression],
  ["eight-schools", eightSchools],
]);

const listeners = new Set<(name: string) => void>();

/**
 * Gives `<tspyro-demo model="...">` a model of your own.
 *
 * @example
 * defineModel("dice", ({ dist, sample }, param) => ({
 *   title: "A die",
 *   model: () => sample("x", new dist.Normal(0, 1)),
 *   guide: () => sample("x", new dist.Normal(param("m", 2), 1)),
 *   lr: 0.05,
 *   quantities: () => [{ name: "x", domain: [-3, 3], guide: new dist.Normal(param("m", 2), 1) }],
 * }));
 */
export function defineModel(name: string, make: MakeDemoModel): void {
  models.set(name, make);
  for (const listener of [...listeners]) listener(name);
}

/** Hear of models that come later: scripts of a page run in any order. @returns what ends that */
export function onDefined(listener: (name: string) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** @throws where no model of that name is there */
export function modelNamed(name: string): MakeDemoModel {
  const make = models.get(name);
  if (make !== undefined) return make;
  throw pyroError({
    what: `There is no model "${name}" to show`,
    where: "attribute model of <tspyro-demo>",
    expected: `one of ${[...models.keys()].join(", ")}`,
    try: `defineModel("${name}", ...) in a script of the page`,
  });
}
