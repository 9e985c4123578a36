/** The plates of the model, opened again in its guide, so that both look at the same minibatch. */
import { pyroError } from "../../errors.ts";
import { Plate } from "../../primitives.ts";
import type { PlateFrame } from "./latent-site.ts";
import { isSubsampled } from "./latent-site.ts";

export class GuidePlates {
  readonly #plates = new Map<string, Plate>();

  /**
   * @param frames the plates around the latent sites
   * @param given plates that the user has made for them
   * @throws where a plate has indices of its own that are not given, and where what is given is no plate
   */
  constructor(frames: Iterable<PlateFrame>, given: Plate | readonly Plate[] = []) {
    for (const plate of Array.isArray(given) ? (given as readonly Plate[]) : [given as Plate]) {
      if (!(plate instanceof Plate)) throw notPlate(plate);
      this.#plates.set(plate.name, plate);
    }
    for (const frame of frames) {
      const { name, size, subsampleSize, dim } = frame;
      if (this.#plates.has(name)) continue;
      if (frame.ownIndices) throw unknownIndices(frame);
      this.#plates.set(name, new Plate(name, size, { dim, ...(isSubsampled(frame) && { subsampleSize }) }));
    }
  }

  /** Runs `body` inside the plates. */
  within<T>(frames: readonly PlateFrame[], body: () => T): T {
    return frames.reduceRight<() => T>((inner, { name }) => {
      const plate = this.#plates.get(name) as Plate;
      return () => plate.run(inner);
    }, body)();
  }
}

function unknownIndices({ name, size, subsampleSize }: PlateFrame): Error {
  return pyroError({
    what: `The guide cannot know which ${subsampleSize} of ${size} elements the model looks at: it gives their indices itself`,
    where: `plate "${name}", option subsample`,
    try:
      `{ createPlates: (...args) => plate("${name}", ${size}, { subsample: <the same indices> }) } in the guide's ` +
      "options, or subsampleSize in the model, whose indices the guide draws",
  });
}

function notPlate(got: unknown): Error {
  return pyroError({
    what: "createPlates returned something that is no plate",
    where: "option createPlates",
    expected: "a plate without a body, plate(name, size, { subsample, dim }), or a list of them",
    got: String(got),
  });
}
