import { pyroError } from "../../lib/errors.ts";
import { checkOptions } from "../../lib/options.ts";
import type { Buckets } from "../views/decimate.ts";
import { formatCount, formatNumber } from "../views/format.ts";
import { Curve, isLossSource, type LossSource, notLosses } from "./losses.ts";
import { type LiveContent, Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import type { Studio } from "./static.ts";

export type { LossSource };

export interface ElboCurveOptions extends ShowOptions {
  /** Axis of the loss (default linear). */
  scale?: "linear" | "log";
  title?: string;
  /** Names of several sources, in their order (default "run 1", "run 2" ...). */
  labels?: readonly string[];
}

/**
 * The curve of the loss: of an `SVI`, which it follows live, or of an array of losses. Several of them lie on top of each
 * other: as a list with `labels`, or by name.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), "ELBO");
 * display(elboCurve(svi));
 * await svi.run(1000, { args: [data] });
 * elboCurve([svi, losses], { labels: ["Adam", "SGD"] });
 * @throws where the argument is neither, and where there are not as many labels as sources
 */
export function elboCurve(
  source: LossSource | readonly LossSource[] | Readonly<Record<string, LossSource>>,
  options: ElboCurveOptions = {},
): ElboCurve {
  checkOptions("elboCurve", options, { scale: true, title: true, labels: true, ...showOptionNames });
  const curves = namedSources(source, options.labels).map(([name, own]) => {
    if (isLossSource(own)) return new Curve(name, own);
    throw notLosses(`argument of elboCurve${name === "" ? "" : `, entry "${name}"`}`, own);
  });
  if (curves.length === 0) throw notLosses("argument of elboCurve", source);
  return new ElboCurve(curves, options);
}

function namedSources(source: unknown, labels: readonly string[] | undefined): [string, unknown][] {
  const several = !isLossSource(source) && typeof source === "object" && source !== null;
  const list = Array.isArray(source);
  const entries: [string, unknown][] = several
    ? Object.entries(source).map(([key, own]) => [list ? `run ${Number(key) + 1}` : key, own])
    : [["", source]];
  if (labels === undefined) return entries;
  if (labels.length !== entries.length) {
    throw pyroError({
      what: "There is not one label for each source",
      where: "option labels of elboCurve",
      expected: String(entries.length),
      got: String(labels.length),
    });
  }
  return entries.map(([, own], i) => [String(labels[i]), own]);
}

export class ElboCurve extends Shown {
  readonly #curves: readonly Curve[];
  #scale: "linear" | "log";
  readonly #title: string | undefined;
  #total = 0;

  constructor(curves: readonly Curve[], { scale = "linear", title, ...options }: ElboCurveOptions) {
    super(options);
    this.#curves = curves;
    this.#scale = scale;
    this.#title = title;
  }

  data(): {
    runs: { name?: string; buckets: Buckets }[];
    scale: "linear" | "log";
    total: number;
    title?: string;
  } {
    return {
      runs: this.#curves.map((curve) => ({
        ...(curve.name !== "" && { name: curve.name }),
        buckets: curve.buckets(),
      })),
      scale: this.#scale,
      total: this.#total,
      ...(this.#title !== undefined && { title: this.#title }),
    };
  }

  override plain(): string {
    const lines = this.#curves.map((curve) => {
      const { count, mean } = curve.buckets();
      const name = curve.name === "" ? "" : ` of ${curve.name}`;
      const last = mean.findLast(Number.isFinite);
      const value = last === undefined ? "" : `, loss ${formatNumber(last)}`;
      return `ELBO curve${name}: ${formatCount(count)} step${count === 1 ? "" : "s"}${value}`;
    });
    return lines.join("\n");
  }

  protected override draw({ views, document }: Studio): Element {
    // A run that was stopped early ends where it ended.
    return views.elboCurve({ ...this.data(), total: 0 }, { document, ...this.options });
  }

  protected override live(): LiveContent | undefined {
    const followed = this.#curves.filter((curve) => curve.follows);
    if (followed.length === 0) return undefined;
    return {
      view: "elbo-curve",
      controls: followed.every((curve) => curve.steered) ? ["pause", "stop", "scale"] : ["scale"],
      data: () => this.data(),
      bundle: () => this.bundle(),
      plain: () => this.plain(),
      subscribe: (listener) => {
        const ends = followed.map((curve) =>
          curve.subscribe((run) => {
            this.#total = Math.max(0, curve.length - run.step + run.total);
            listener({ run });
          }),
        );
        return () => {
          for (const end of ends) end();
        };
      },
      command: (command) => {
        if (command.tspyro === "scale") this.#scale = command.value;
      },
    };
  }
}
