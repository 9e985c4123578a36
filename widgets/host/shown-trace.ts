import { formatNumber } from "../views/format.ts";
import type { TraceSitesData } from "../views/trace-sites.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import { openStudio, type Studio } from "./static.ts";

/** The picture of a trace; `traceView` makes it. */
export class TraceView extends Shown {
  #data: TraceSitesData;

  constructor(data: TraceSitesData, options: ShowOptions) {
    super(options);
    this.#data = data;
  }

  /** The sites as data. */
  get data(): TraceSitesData {
    return this.#data;
  }

  protected set data(next: TraceSitesData) {
    this.#data = next;
  }

  override plain(): string {
    const { sites, programs } = this.data;
    const lines = sites.map(({ name, kind, value, uses }) => {
      const own = uses.map((use, i) => {
        const of = programs.length > 1 ? `${programs[i]}: ` : "";
        if (use === undefined) return `${of}–`;
        const density = use.logDensity === undefined ? "" : ` ${formatNumber(use.logDensity)}`;
        return `${of}${use.law ?? kind}${density}`;
      });
      return `  ${name} = ${value} (${own.join("; ")})`;
    });
    return [this.data.title ?? "Trace", ...lines].join("\n");
  }

  /** A real table: pointing at a row tells all its numbers, and its text can be copied. */
  override async toHTML(): Promise<string> {
    const { views, document } = await openStudio();
    return views.serialize(views.traceSites(this.data, { document, ...this.options }));
  }

  protected override draw({ views, document }: Studio): Element {
    return views.traceSitesSvg(this.data, { document, ...this.options });
  }
}
