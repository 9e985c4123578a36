import type { Library } from "./library.ts";

type Distribution = InstanceType<Library["dist"]["Distribution"]>;

/** A number that a picture follows while a demo trains. */
export interface Quantity {
  readonly name: string;
  /** What of it is drawn. */
  readonly domain: readonly [low: number, high: number];
  /** What the guide says of it now: a distribution over single numbers. */
  readonly guide: Distribution;
  readonly prior?: Distribution;
  /** The posterior, where it is known. */
  readonly exact?: Distribution;
}

/** A model with its guide, as `<tspyro-demo>` trains and draws it. */
export interface DemoModel {
  /** Over the pictures, where the element has no content; and what it is called by those who do not see it. */
  readonly title: string;
  readonly model: () => unknown;
  readonly guide: () => unknown;
  /** Learning rate of Adam, unless the element has one. */
  readonly lr: number;
  /** Distributions as the parameters are now; asked for at each picture. */
  readonly quantities: () => readonly Quantity[];
}

/**
 * Makes a model for one element.
 * @param library all of tspyro, so that a module that makes models need not import it
 * @param param `param`, with a name of the element's own before the parameter's: two elements share nothing
 */
export type MakeDemoModel = (library: Library, param: Library["param"]) => DemoModel;
