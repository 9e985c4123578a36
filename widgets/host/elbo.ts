import { pyroError } from "../../lib/errors.ts";
import { type Buckets, Series } from "../views/decimate.ts";
import { formatCount, formatNumber } from "../views/format.ts";
import { type LiveContent, Shown, type ShowOptions } from "./shown.ts";
import { hasFunction, type RunNews, type SviSource } from "./sources.ts";
import type { Studio } from "./static.ts";

export type LossSource = SviSource | ArrayLike<number>;

export interface ElboCurveOptions extends ShowOptions {
  /** Axis of the loss (default linear). */
  scale?: "linear" | "log";
  title?: string;
}

/**
 * The curve of the loss: of an `SVI`, which it follows live, of an array of losses, or of several by name.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), "ELBO");
 * display(elboCurve(svi));
 * await svi.run(1000, { args: [data] });
 * @throws where the argument is neither
 */
export function elboCurve(
  source: LossSource | Readonly<Record<string, LossSource>>,
  options: ElboCurveOptions = {},
): ElboCurve {
  const curves = isLossSource(source)
    ? [new Curve("", source)]
    : Object.entries(source ?? {}).map(([name, own]) => {
        if (!isLossSource(own)) throw notLosses(`argument of elboCurve, entry "${name}"`, own);
        return new Curve(name, own);
      });
  if (curves.length === 0) throw notLosses("argument of elboCurve", source);
  return new ElboCurve(curves, options);
}

export class ElboCurve extends Shown {
  readonly #curves: readonly Curve[];
  readonly #scale: "linear" | "log";
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
      controls: true,
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
    };
  }
}

/** One source and its decimated losses, which take in what is new each time they are looked at. */
class Curve {
  readonly name: string;
  readonly #source: LossSource;
  #series = new Series();

  constructor(name: string, source: LossSource) {
    this.name = name;
    this.#source = source;
  }

  get follows(): boolean {
    return hasFunction(this.#source, "subscribe");
  }

  get length(): number {
    return lossesOf(this.#source).length;
  }

  subscribe(listener: (news: RunNews) => void): () => void {
    return "subscribe" in this.#source ? this.#source.subscribe(listener) : () => {};
  }

  buckets(): Buckets {
    const losses = lossesOf(this.#source);
    if (losses.length < this.#series.count) this.#series = new Series();
    this.#series.push(losses, this.#series.count);
    return this.#series.snapshot();
  }
}

function lossesOf(source: LossSource): ArrayLike<number> {
  return "losses" in source ? source.losses : source;
}

function isLossSource(value: unknown): value is LossSource {
  if (typeof value !== "object" || value === null) return false;
  if (hasFunction(value, "subscribe") && "losses" in value) return true;
  return Array.isArray(value)
    ? value.every((loss) => typeof loss === "number")
    : ArrayBuffer.isView(value) && "length" in value;
}

function notLosses(where: string, got: unknown): Error {
  return pyroError({
    what: "There are no losses to draw",
    where,
    expected: "an SVI, an array of losses, or several of them by name: { adam: losses1, sgd: losses2 }",
    got: got === null ? "null" : Array.isArray(got) ? "an array of other things than numbers" : typeof got,
  });
}
