import { type Course, courseInWords, coursePanel, type Panel } from "./course.ts";
import { type ElboCurveData, elboCurve } from "./elbo-curve.ts";
import { formatCount } from "./format.ts";
import { horizon } from "./horizon.ts";
import { dress, svgElement, type ViewOptions } from "./svg.ts";
import { themeOf } from "./theme.ts";

/** All that training shows: the loss, the gradients, the rates, the particles' spread, and where the parameters go. */
export interface DashboardData {
  loss: ElboCurveData;
  /** Euclidean norms of the gradients. */
  gradients: readonly Course[];
  /** Learning rates that the optimizer uses. */
  rates: readonly Course[];
  /** Standard deviation of one particle's loss. */
  spread: readonly Course[];
  /** Each in a panel of its own: mean ± standard deviation of its elements, or location ± scale. */
  params: readonly Panel[];
  /** How many parameters there are besides. */
  more: number;
}

const panelHeight = 158;
/** Narrower than this, panels stand below each other. */
const twoColumns = 500;

export function dashboard(data: DashboardData, options: ViewOptions): Element {
  const { document, theme: themeName, width = 680 } = options;
  const theme = themeOf(themeName);
  const loss = elboCurve({ title: "Training: loss by step", ...data.loss }, options);
  const top = Number(loss.getAttribute("height"));
  const panels: Panel[] = [
    { title: "Gradient norm", courses: data.gradients, scale: "log" },
    { title: "Learning rate", courses: data.rates },
    { title: "Particles' spread of the loss", courses: data.spread, unit: " nats" },
    ...data.params,
  ];
  const columns = width < twoColumns ? 1 : 2;
  const rows = Math.ceil(panels.length / columns);
  const height = top + rows * panelHeight + (data.more > 0 ? 28 : 6);
  const svg = svgElement(document, "svg", {});
  const steps = Math.max(0, ...data.loss.runs.map((run) => run.buckets?.count ?? run.losses?.length ?? 0));
  const total = horizon(steps, data.loss.total);
  const own = { width: Math.floor(width / columns), height: panelHeight - 8, theme, total };
  svg.appendChild(loss);
  panels.forEach((panel, i) => {
    const place = { x: (i % columns) * own.width, y: top + Math.floor(i / columns) * panelHeight, ...own };
    svg.appendChild(coursePanel(document, panel, place));
  });
  if (data.more > 0) {
    const at = { x: 16, y: height - 11, "font-size": 12, "text-anchor": "start", fill: theme.muted };
    svg.appendChild(svgElement(document, "text", at, `and ${formatCount(data.more)} more parameters`));
  }
  const heard = loss.querySelector("desc")?.textContent ?? "";
  return dress(svg, document, {
    theme,
    width,
    height,
    title: data.loss.title ?? "Training",
    titleShown: false,
    description: [heard, ...panels.map(courseInWords)].join(" "),
  });
}
