import { formatNumber, formatShape } from "./format.ts";
import type { GraphNode } from "./graph-data.ts";
import type { ViewOptions } from "./svg.ts";
import { type Cell, type Table, tableHtml, tableSvg } from "./table.ts";

/** What ran in a trace, site by site in order; or in a model and its guide, beside each other. */
export interface TraceSitesData {
  readonly title?: string;
  /** Of each program; one, or the model's and the guide's. */
  readonly programs: readonly string[];
  readonly sites: readonly SiteRow[];
}

export interface SiteRow {
  readonly name: string;
  readonly kind: GraphNode["kind"] | "indices";
  /** Names of the plates it stands in, outermost first. */
  readonly plates: readonly string[];
  readonly shape?: readonly number[];
  /** Of its value: itself, or its moments. */
  readonly value: string;
  /** Factor on its log-density. */
  readonly scale?: number;
  /** For each program: what it does with the site; nothing where it has no such site. */
  readonly uses: readonly (SiteUse | undefined)[];
}

export interface SiteUse {
  readonly law?: string;
  /** In nats, scaled; a parameter has none. */
  readonly logDensity?: number;
}

const glyphs: Readonly<Record<SiteRow["kind"], string>> = {
  ...{ latent: "○", observed: "●", deterministic: "◌", param: "■", indices: "#" },
};

/** As HTML: pointing at a row says all its numbers. */
export function traceSites(data: TraceSitesData, options: ViewOptions): Element {
  return tableHtml(tableOf(data), options);
}

/** As a picture. */
export function traceSitesSvg(data: TraceSitesData, options: ViewOptions): Element {
  return tableSvg(tableOf(data), options);
}

function tableOf({ title, programs, sites }: TraceSitesData): Table {
  const several = programs.length > 1;
  const scaled = sites.some(({ scale = 1 }) => scale !== 1);
  const inPlates = sites.some(({ plates }) => plates.length > 0);
  const headings = [
    "site",
    "kind",
    ...(inPlates ? ["plates"] : []),
    "shape",
    "value",
    ...(scaled ? ["scale"] : []),
    ...programs.flatMap((name) => {
      const of = several ? `${name}: ` : "";
      return [`${of}distribution`, `${several ? `${name}: ` : ""}log density (nats)`];
    }),
    ...(several ? ["in"] : []),
  ];
  const rows = sites.map((site) => {
    const { name, kind, plates, shape, value, scale = 1 } = site;
    const bad = site.uses.some((use) => isBad(use?.logDensity));
    const cells: Cell[] = [
      { text: `${glyphs[kind]} ${name}`, look: bad ? "bad" : "strong" },
      { text: kind === "param" ? "parameter" : kind },
      ...(inPlates ? [{ text: plates.join(", ") || "–" }] : []),
      { text: shape === undefined ? "–" : formatShape(shape) },
      { text: value },
      ...(scaled ? [{ text: scale === 1 ? "1" : `× ${formatNumber(scale)}` }] : []),
      ...programs.flatMap((_, i): Cell[] => [
        { text: site.uses[i]?.law ?? "–" },
        densityCell(site.uses[i]?.logDensity),
      ]),
      ...(several ? [matchCell(site, programs)] : []),
    ];
    return { cells, hover: hover(site, programs) };
  });
  const totals = programs.map((name, i) => {
    const sum = sites.reduce((all, { uses }) => all + (uses[i]?.logDensity ?? 0), 0);
    return `${several ? `${name}: ` : ""}log density ${formatNumber(sum, 6)} nats`;
  });
  const kinds = new Set(sites.map(({ kind }) => kind));
  const legend = (Object.keys(glyphs) as SiteRow["kind"][])
    .filter((kind) => kinds.has(kind))
    .map((kind) => `${glyphs[kind]} ${kind === "param" ? "parameter" : kind}`);
  return {
    title: title ?? (several ? programs.join(" and ") : "Trace"),
    note: [...totals, ...legend].join(" · "),
    empty: "no sites",
    headings,
    rows,
    description:
      sites.map((site) => `${hover(site, programs).replaceAll("\n", ", ")}.`).join(" ") || "No sites.",
  };
}

const isBad = (logDensity: number | undefined): boolean =>
  logDensity !== undefined && !(logDensity > Number.NEGATIVE_INFINITY);

function densityCell(logDensity: number | undefined): Cell {
  if (logDensity === undefined) return { text: "–" };
  return { text: formatNumber(logDensity), ...(isBad(logDensity) && { look: "bad" }) };
}

/** Which program has the site. A latent site or a parameter's user that only one of them draws is a mistake. */
function matchCell({ kind, uses }: SiteRow, programs: readonly string[]): Cell {
  const own = programs.filter((_, i) => uses[i] !== undefined);
  if (own.length === programs.length) return { text: "both ✓" };
  const text = `${own.join(", ")} only`;
  return kind === "latent" ? { text: `${text} ✗`, look: "mark" } : { text };
}

function hover(
  { name, kind, plates, shape, value, scale = 1, uses }: SiteRow,
  programs: readonly string[],
): string {
  const several = programs.length > 1;
  return [
    `${name} (${kind === "param" ? "parameter" : kind})`,
    ...(shape === undefined ? [] : [`shape ${formatShape(shape)}`]),
    `value ${value}`,
    ...(plates.length === 0 ? [] : [`in plates ${plates.join(", ")}`]),
    ...(scale === 1 ? [] : [`log density × ${formatNumber(scale)}`]),
    ...programs.flatMap((program, i) => {
      const use = uses[i];
      if (use === undefined) return several ? [`not in the ${program}`] : [];
      const of = several ? `${program}: ` : "";
      return [
        ...(use.law === undefined ? [] : [`${of}${use.law}`]),
        ...(use.logDensity === undefined ? [] : [`${of}log density ${formatNumber(use.logDensity, 7)} nats`]),
      ];
    }),
  ].join("\n");
}
