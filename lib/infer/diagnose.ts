import * as tf from "@tensorflow/tfjs-core";
import { ModelError, PyroError, pyroError } from "../errors.ts";
import type { Message, SampleSite } from "../poutine/message.ts";
import { replay } from "../poutine/replay.ts";
import { scoreSite } from "../poutine/site-score.ts";
import { Messenger } from "../poutine/stack.ts";
import { trace } from "../poutine/trace.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { restoring } from "../restoring.ts";
import { getRngState, type RngState, setRngState } from "../tensor/index.ts";
import { enableValidation, validationEnabled } from "../validation.ts";
import { gradOf, scoped } from "./gradients.ts";
import { addParams, sitesOf } from "./pair.ts";
import type { Program } from "./program.ts";
import { total } from "./site-terms.ts";

/**
 * Finding the site at fault. A step does not look at its numbers, which would cost more than the step; and a
 * distribution with a bad parameter fails where it is made, before it has a site's name. So when something
 * is wrong, guide and model are run once more with the same random numbers, and every site is looked at.
 */

/**
 * Run `f`. Where a distribution refuses its parameters, tell at which site; where guide and model do not fit, or a
 * site's density cannot be computed, add the sites that both have met.
 */
export function explained<A extends unknown[], T>(
  model: Program<A>,
  guide: Program<A>,
  args: A,
  f: () => T,
): T {
  const rng = getRngState();
  try {
    return f();
  } catch (error) {
    if (!(error instanceof PyroError)) throw error;
    if (error.parts.where === undefined && validationEnabled())
      throw rerun(rng, () => firstRefusal(model, guide, args)) ?? error;
    if (error instanceof ModelError) throw error;
    const sites = rerun(rng, () => tables(...runBoth(model, guide, args)));
    throw sites === undefined ? error : new ModelError(error, sites);
  }
}

/** Refuses a bad parameter or value at its site; with validation off nothing else refuses it earlier. */
class ValidateSites extends Messenger {
  override postprocessMessage(site: Message): void {
    if (site.type !== "sample" || site.value === undefined) return;
    try {
      site.fn.validate?.();
      if (site.isObserved) site.fn.validateSample?.(site.value);
    } catch (error) {
      if (!(error instanceof PyroError)) throw error;
      throw pyroError({ ...error.parts, where: `site "${site.name}"`, cause: error });
    }
  }
}

function firstRefusal<A extends unknown[]>(
  model: Program<A>,
  guide: Program<A>,
  args: A,
): PyroError | undefined {
  try {
    const guideTrace = trace((...a: A) => new ValidateSites().run(() => guide(...a))).getTrace(...args);
    const checked = (...a: A) => new ValidateSites().run(() => model(...a));
    trace(replay(checked, { trace: guideTrace })).getTrace(...args);
  } catch (error) {
    if (error instanceof PyroError && error.parts.where !== undefined) return error;
  }
  return undefined;
}

/**
 * The error for a step whose loss or gradients are NaN: names the first site that has one.
 * @param rng state of the generator before the step
 * @param found what is NaN: "the loss", `the gradient of parameter "x"`
 */
export function nanError<A extends unknown[]>(
  model: Program<A>,
  guide: Program<A>,
  args: A,
  rng: RngState,
  found: string,
): Error {
  const { where, got, sites } = rerun(rng, () => locate(model, guide, args)) ?? {
    where: undefined,
    got: undefined,
    sites: "",
  };
  const error = pyroError({
    what: `The step was not taken: ${found} is NaN`,
    ...(where === undefined ? {} : { where }),
    ...(got === undefined ? {} : { got }),
    try: "a smaller learning rate, a constraint on the parameter (param(name, init, { constraint })), or data without NaN; parameters and optimizer are as before the step",
  });
  if (sites !== "") error.message += `\n\n${sites}`;
  return error;
}

interface Location {
  readonly where: string | undefined;
  readonly got: string | undefined;
  readonly sites: string;
}

type Run = readonly [guide: Trace, model: Trace];

function runBoth<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): Run {
  const guideTrace = trace(guide).getTrace(...args);
  return [guideTrace, trace(replay(model, { trace: guideTrace })).getTrace(...args)];
}

/** The sites of both programs with their shapes. */
function tables(guide: Trace, model: Trace): string {
  return `guide:\n${guide.formatShapes()}\n\nmodel:\n${model.formatShapes()}`;
}

function locate<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): Location {
  const rng = getRngState();
  const [guideTrace, modelTrace] = runBoth(model, guide, args);
  const sites = tables(guideTrace, modelTrace);
  for (const [program, name] of [
    [guideTrace, "guide"],
    [modelTrace, "model"],
  ] as const) {
    const bad = firstNaN(program);
    if (bad !== undefined) return { where: `site "${bad.site}" of the ${name}`, got: bad.got, sites };
  }
  // Forward everything is a number: look for the site whose log-density has a NaN gradient.
  const names = [...sitesOf(guideTrace), ...sitesOf(modelTrace)].map((s) => s.name);
  for (const name of new Set(names)) {
    const { grads } = gradOf((params) => {
      setRngState(rng);
      const traces = runBoth(model, guide, args);
      for (const program of traces) addParams(program, params);
      const terms = traces.flatMap((t) => sitesOf(t).filter((s) => s.name === name));
      return terms.map((s) => total(scoreSite(s).logProb)).reduce((a, b) => tf.add(a, b), tf.scalar(0));
    });
    const param = Object.keys(grads).find((key) => hasNaN(grads[key] as tf.Tensor));
    if (param !== undefined) {
      const got = `its log-density is a number, but the derivative of that with respect to "${param}" is NaN`;
      return { where: `site "${name}"`, got, sites };
    }
  }
  return { where: undefined, got: undefined, sites };
}

function firstNaN(program: Trace): { site: string; got: string } | undefined {
  for (const node of program.nodes.values()) {
    if (node.type !== "sample" && node.type !== "param") continue;
    if (node.value !== undefined && hasNaN(node.value)) {
      const kind = node.type === "param" ? "parameter" : node.isObserved ? "observed value" : "value";
      return { site: node.name, got: `${kind} ${show(node.value)}` };
    }
    if (node.type !== "sample" || node.isSubsample === true) continue;
    const logProb = scoreSite(node as SampleSite).logProb;
    if (hasNaN(logProb)) {
      const value = node.value === undefined ? "" : `, value ${show(node.value)}`;
      return { site: node.name, got: `log-density ${show(logProb)} under ${node.fn}${value}` };
    }
  }
  return undefined;
}

/** Tensors up to this size are read whole; of larger ones the sum, unless that is no number. */
const READ_WHOLE = 4096;

export function allFinite(x: tf.Tensor): boolean {
  if (x.size > READ_WHOLE && Number.isFinite(tf.tidy(() => tf.sum(x).dataSync()[0]))) return true;
  const values = x.dataSync();
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

export function hasNaN(x: tf.Tensor): boolean {
  if (x.dtype === "string") return false;
  const values = x.dataSync();
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function show(x: tf.Tensor): string {
  const values = Array.from(x.dataSync().slice(0, 6), (v) => String(Number(Number(v).toPrecision(6))));
  const shape = x.rank === 0 ? "" : ` of shape [${x.shape.join(", ")}]`;
  const list = x.rank === 0 ? values.join("") : `[${values.join(", ")}${x.size > 6 ? ", ..." : ""}]`;
  return `${list}${shape}`;
}

/** Run with the generator at `rng`, validation off and nothing left behind; undefined where it throws. */
function rerun<T>(rng: RngState, f: () => T): T | undefined {
  const after = getRngState();
  const validating = validationEnabled();
  const restore = () => {
    enableValidation(validating);
    setRngState(after);
  };
  return restoring(restore, () => {
    enableValidation(false);
    setRngState(rng);
    try {
      return scoped(f);
    } catch {
      return undefined;
    }
  });
}
