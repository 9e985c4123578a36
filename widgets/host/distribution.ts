import { type DrawnDistribution, elementsOf, momentsOf, picturedDistribution } from "./distribution-data.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import { openStudio, type Studio } from "./static.ts";

export type { DrawnDistribution };

/** A distribution drawn: the density of a continuous one, the probabilities of a discrete one, a batch side by side. */
export function distributionView(
  distribution: DrawnDistribution,
  options: ShowOptions = {},
): DistributionView {
  return new DistributionView(distribution, options);
}

export class DistributionView extends Shown {
  readonly #whole: DrawnDistribution;

  constructor(distribution: DrawnDistribution, options: ShowOptions) {
    super(options);
    this.#whole = distribution;
  }

  /** Whether there is an axis to draw it on. */
  get drawable(): boolean {
    return elementsOf(this.#whole).eventShape.length === 0;
  }

  override plain(): string {
    const { batchShape, eventShape, support } = this.#whole;
    const facts = [
      ...(support?.name === undefined ? [] : [`support ${support.name}`]),
      `batchShape [${batchShape.join(", ")}]`,
      `eventShape [${eventShape.join(", ")}]`,
      ...this.#moments(),
    ];
    return `${this.#whole}\n  ${facts.join(", ")}`;
  }

  override async toHTML(): Promise<string> {
    const { views } = await openStudio();
    const [, facts = ""] = this.plain().split("\n");
    const line = `<div style="opacity:.75;font-size:90%">${views.escapeMarkup(facts.trim())}</div>`;
    return `<div>${await super.toHTML()}${line}</div>`;
  }

  protected override draw({ views, document }: Studio): Element {
    const data = picturedDistribution(this.#whole);
    const view = { document, ...this.options };
    return "values" in data ? views.mass(data, view) : views.density(data, view);
  }

  #moments(): string[] {
    const { mean, stddev } = momentsOf(this.#whole);
    const one = (name: string, values: ArrayLike<number> | undefined) =>
      values === undefined ||
      values.length === 0 ||
      values.length > 4 ||
      Array.from(values).every(Number.isNaN)
        ? []
        : [`${name} ${values.length === 1 ? short(values[0]) : `[${Array.from(values, short).join(", ")}]`}`];
    return [...one("mean", mean), ...one("sd", stddev)];
  }
}

const short = (value: number | undefined) => String(Number((value ?? Number.NaN).toPrecision(4)));
