import { pyroError } from "../errors.ts";
import type { SampleSite } from "../poutine/message.ts";
import { plate } from "../primitives.ts";
import { plateNesting } from "./nesting.ts";
import type { Program } from "./program.ts";

/** All particles of an estimate as elements of one plate, left of the plates that guide and model have. */
export class ParticlePlate {
  readonly size: number;
  readonly #nesting: number | undefined;
  readonly #found = new WeakMap<object, number>();
  readonly #made = new WeakMap<object, Program<never[]>>();

  /** @param nesting how many axes the plates of guide and model have; found by running them once if undefined */
  constructor(size: number, nesting: number | undefined) {
    this.size = size;
    this.#nesting = nesting;
  }

  /** The batch axis of the particles, negative. */
  dim<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): number {
    let nesting = this.#nesting ?? this.#found.get(model);
    if (nesting === undefined) {
      nesting = plateNesting(model, guide, args);
      this.#found.set(model, nesting);
    }
    return -1 - nesting;
  }

  /** The program, run for all particles at once; the same function each time. */
  around<A extends unknown[]>(program: Program<A>, dim: number): Program<A> {
    const known = this.#made.get(program) as Program<A> | undefined;
    if (known !== undefined) return known;
    const made = (...args: A) => plate("_particles", this.size, { dim }, () => program(...args));
    this.#made.set(program, made);
    return made;
  }
}

/** Where the score of a site would be multiplied by the costs of all particles: right on average, and useless. */
export function refuseScore({ name, fn }: SampleSite, loss: string): Error {
  return pyroError({
    what: `${loss} cannot run all particles at once: site "${name}" has no path derivative`,
    where: `site "${name}"`,
    got: `${fn}, with option vectorizeParticles`,
    try: "Trace_ELBO or TraceGraph_ELBO, or leave vectorizeParticles out",
  });
}
