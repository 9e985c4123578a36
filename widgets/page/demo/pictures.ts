import type { DensityData, DensityLine } from "../../views/index.ts";
import type { Quantity } from "./model.ts";
import type { Tools, Trainer } from "./trainer.ts";

const POINTS = 201;

export interface Look {
  /** Width of a picture, in CSS pixels. */
  readonly width: number;
  readonly theme: "light" | "dark";
  /** How many steps there are going to be. */
  readonly total: number;
}

/** The loss of each step, and a density for each quantity that the model shows. */
export function pictures({ library, density, elboCurve }: Tools, trainer: Trainer, look: Look): Element[] {
  const { width, theme, total } = look;
  const options = { document, width, theme };
  const { tf } = library;
  const line = (name: string, own: Quantity["guide"], grid: Float32Array, dashed: boolean): DensityLine => ({
    ...{ name, dashed, x: grid },
    y: own.logProb(tf.tensor1d(grid)).exp().dataSync(),
  });
  const curvesOf = (): DensityData[] =>
    trainer.demo.quantities().map(({ name, domain, guide, prior, exact }) => {
      const [low, high] = domain;
      const grid = Float32Array.from({ length: POINTS }, (_, i) => {
        // The ends of a support have no density, or no end to it.
        return low + ((high - low) * (i + 0.5)) / POINTS;
      });
      const curves = [
        line("guide", guide, grid, false),
        ...(prior === undefined ? [] : [line("prior", prior, grid, true)]),
        ...(exact === undefined ? [] : [line("exact posterior", exact, grid, true)]),
      ];
      return { title: `What is known of the ${name}`, label: name, curves, domain };
    });
  let densities: DensityData[] = [];
  tf.tidy(() => {
    densities = curvesOf();
  });
  return [
    elboCurve({ runs: [{ losses: trainer.losses }], total }, options),
    ...densities.map((data) => density(data, options)),
  ];
}
