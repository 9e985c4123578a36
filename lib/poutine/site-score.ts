/** The log-density of one site: masked, scaled, memoised, and with errors that name the site. */
import * as tf from "@tensorflow/tfjs-core";
import { masked } from "../distributions/distribution.ts";
import { PyroError, pyroError } from "../errors.ts";
import { isControlFlow } from "../interrupt.ts";
import { sumRightmost } from "../tensor/index.ts";
import type { CondIndepStackFrame, SampleSite } from "./message.ts";

/** A site after `scoreSite`. */
export type ScoredSite = SampleSite & Required<Pick<SampleSite, "logProb" | "unscaledLogProb">>;

/**
 * Fills in `logProb` (batch shape; masked and scaled) and `unscaledLogProb`, unless they are there already.
 * @throws PyroError naming the site, its shapes and its plates.
 */
export function scoreSite(site: SampleSite): ScoredSite {
  if (site.logProb === undefined || site.unscaledLogProb === undefined) {
    const { fn, value, mask, scale } = site;
    try {
      const plain = fn.logProb(value as tf.Tensor);
      site.unscaledLogProb = mask === undefined ? plain : masked(plain, mask);
      site.logProb = scale === 1 ? site.unscaledLogProb : tf.mul(site.unscaledLogProb, scale);
    } catch (error) {
      throw isControlFlow(error) ? error : siteError(site, error);
    }
  }
  return site as ScoredSite;
}

/** Sum of the site's log-density: a scalar. */
export function sitePdf(site: SampleSite): tf.Tensor {
  site.logPdf ??= tf.sum(scoreSite(site).logProb);
  return site.logPdf;
}

/** The manual's shape: last batch axis summed where the event has no axis of its own, then `[1]`. */
export function siteBatchPdf(site: SampleSite): tf.Tensor {
  if (site.batchLogPdf === undefined) {
    const { logProb } = scoreSite(site);
    const { eventDim, manualEventDim = eventDim } = site.fn;
    const axes = Math.min(logProb.rank, manualEventDim - eventDim);
    site.batchLogPdf = tf.expandDims(sumRightmost(logProb, axes), -1);
  }
  return site.batchLogPdf;
}

/** `data (size 10, dim -1)`: how a plate is named in errors and tables. */
export function describePlate(frame: CondIndepStackFrame): string {
  if (frame.dim === null) return frame.size < 0 ? frame.name : `${frame.name} (size ${frame.size})`;
  const size =
    frame.subsampleSize === frame.size ? `${frame.size}` : `${frame.subsampleSize} of ${frame.size}`;
  return `${frame.name} (size ${size}, dim ${frame.dim})`;
}

function siteError(site: SampleSite, error: unknown): PyroError {
  const original = error instanceof Error ? error : new Error(String(error));
  const parts =
    original instanceof PyroError ? original.parts : { what: original.message.replace(/\.$/, "") };
  const plates = site.condIndepStack.map(describePlate).join(", ");
  const where = `${site.isObserved ? "observed" : "sample"} site "${site.name}"${plates && `, in plate ${plates}`}`;
  const value = site.value as tf.Tensor | undefined;
  const shapes = `a value of shape [${value?.shape ?? ""}] for ${site.fn}`;
  return pyroError({
    ...parts,
    what: `The log-density of site "${site.name}" cannot be computed: ${parts.what}`,
    where: parts.where === undefined ? where : `${where}; ${parts.where}`,
    got: parts.got === undefined ? shapes : `${parts.got}; ${shapes}`,
    try: parts.try ?? (SHAPES.test(parts.what) ? shapeHint(site) : undefined),
    cause: error,
  });
}

/** How messages of the tensor core sound when shapes do not fit. */
const SHAPES = /shape|broadcast|dimension|rank/i;

function shapeHint({ fn }: SampleSite): string {
  return (
    `make the value fit batch shape [${fn.batchShape}] and event shape [${fn.eventShape}]: declare independent axes ` +
    "with plate(name, size), and axes that belong to one value with .toEvent(n)"
  );
}
