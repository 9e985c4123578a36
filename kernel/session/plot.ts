import type * as PlotModule from "@observablehq/plot";
import { intrinsic } from "../execute/intrinsics.ts";
import { inWords } from "./plot-words.ts";

type Plot = typeof PlotModule;
type Options = { document?: Document };

/** Observable Plot with a document to draw in: Node has none, and it must not look like a browser to other packages. */
export async function loadPlot(): Promise<Record<string, unknown>> {
  const [plot, { parseHTML }, { addCanvas }] = await intrinsic.Promise.all([
    import("@observablehq/plot"),
    import("linkedom"),
    import("./canvas.ts"),
  ]);
  const page = parseHTML("<!doctype html><html><body></body></html>");
  const document = page.document as unknown as Document;
  addCanvas(document);
  const draw: Plot["plot"] = (options = {}) =>
    inWords(plot.plot({ document, ...options })) as ReturnType<Plot["plot"]>;
  const legend: Plot["legend"] = (options) =>
    inWords(plot.legend({ document, ...(options as Options) } as never)) as ReturnType<Plot["legend"]>;
  // A mark's own `plot` method, also that of a list of marks, is taken from this prototype.
  const prototype = plot.Mark.prototype as { plot?: unknown };
  prototype.plot = function (
    this: PlotModule.Markish,
    { marks = [], ...options }: PlotModule.PlotOptions = {},
  ) {
    return draw({ ...options, marks: [...marks, this] });
  };
  return { ...plot, plot: draw, legend };
}
