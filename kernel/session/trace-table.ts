import { cut } from "../display/escape.ts";
import { statisticsOf, statisticsParts } from "../display/statistics.ts";
import { tableHtml, tableText } from "../display/table.ts";
import { tableOfRows } from "../display/table-data.ts";
import { isTensor, tensorText } from "../display/tensor.ts";

interface SiteLike {
  readonly name: string;
  readonly type: string;
  readonly value?: unknown;
  readonly fn?: { logProb?(value: unknown): TensorSum };
  readonly isObserved?: boolean;
  readonly isSubsample?: boolean;
  readonly logPdf?: { dataSync(): ArrayLike<number> };
  readonly condIndepStack?: readonly { readonly name: string }[];
}
interface TensorSum {
  dataSync(): ArrayLike<number>;
}
export interface TraceLike {
  readonly nodes: ReadonlyMap<string, SiteLike>;
}

/** Runs a computation on tensors and cleans up behind it. */
type Tidy = <T>(body: () => T) => T;

/** A trace as a table: each site with its kind, distribution, shape, value and log-density (in float64, unscaled). */
export function traceBundle(trace: TraceLike, tidy: Tidy): Record<string, string> {
  const sites = [...trace.nodes.values()].filter(({ type }) => type === "sample" || type === "param");
  const rows = sites.map((site) => ({
    site: site.name,
    kind: kindOf(site),
    distribution: site.fn === undefined ? undefined : cut(String(site.fn), 60),
    shape: isTensor(site.value) ? `[${site.value.shape.join(", ")}]` : undefined,
    value: valueText(site.value),
    "log p": logDensity(site, tidy),
    ...(sites.some(({ condIndepStack = [] }) => condIndepStack.length > 0) && {
      plates: site.condIndepStack?.map(({ name }) => name).join(", "),
    }),
  }));
  const total = rows.reduce((sum, row) => sum + (row["log p"] ?? 0), 0);
  const data = tableOfRows(rows);
  const sum = `log p of all sites: ${Number(total.toPrecision(6))}`;
  return {
    "text/html": `${tableHtml(data)}<div>${sum}</div>`,
    "text/plain": `${tableText(data)}\n${sum}`,
  };
}

function kindOf({ type, isObserved, isSubsample }: SiteLike): string {
  if (type === "param") return "param";
  if (isSubsample === true) return "indices";
  return isObserved === true ? "observed" : "latent";
}

function valueText(value: unknown): string {
  if (!isTensor(value)) return String(value);
  if (value.isDisposed) return "disposed";
  if (value.size <= 4)
    return tensorText(value).replace(/^(Tensor|Variable "[^"]*") \w+( \[[^\]]*\])?\s*/, "");
  if (value.dtype === "string") return `${value.size} texts`;
  return statisticsParts(statisticsOf(value.dataSync()))
    .map(([name, text]) => `${name} ${text}`)
    .join(", ");
}

function logDensity(site: SiteLike, tidy: Tidy): number | undefined {
  const { type, fn, value, logPdf } = site;
  if (type !== "sample" || fn?.logProb === undefined) return undefined;
  try {
    const scores = logPdf === undefined ? tidy(() => fn.logProb?.(value).dataSync()) : logPdf.dataSync();
    return Array.from(scores ?? []).reduce((sum, score) => sum + score, 0);
  } catch {
    return undefined;
  }
}
