/** The law of each site in full: `y ~ Normal(mu + tau * eta, 10)`, as text and as TeX. */
import * as tf from "@tensorflow/tfjs-core";
import { Wrapper } from "../../lib/distributions/distribution.ts";
import { parse } from "../../lib/formula/parse.ts";
import { nameToTex, toTex } from "../../lib/formula/tex.ts";
import type { SampleSite, Trace } from "../../lib/poutine/index.ts";
import { type Expression, expressionOf, type Origins, type Writing, writeExpression } from "./expression.ts";

export interface Law {
  readonly site: string;
  /** `~` of what is drawn, `=` of what is computed. */
  readonly relation: "~" | "=";
  /** Name of the distribution; empty for a value that is computed. */
  readonly family: string;
  readonly args: readonly { readonly keyword?: string; readonly value: Expression }[];
}

export function lawsOf(run: Trace, origins: (site: string) => Origins): Law[] {
  return [...run.sampleSites()]
    .filter(({ isSubsample, infer }) => isSubsample !== true && infer.isAuxiliary !== true)
    .map((site) => lawOf(site, origins(site.name)));
}

function lawOf({ name, fn, infer, value }: SampleSite, origins: Origins): Law {
  if (infer._deterministic === true) {
    const args = value === undefined ? [] : [{ value: bounded(expressionOf(value, origins)) }];
    return { site: name, relation: "=", family: "", args };
  }
  const inner = innermost(fn) as { name?: unknown; params?: unknown };
  const args = Object.entries((inner.params ?? {}) as Record<string, unknown>).flatMap(([key, tensor]) =>
    tensor instanceof tf.Tensor
      ? [{ ...(key === "logits" && { keyword: key }), value: bounded(expressionOf(tensor, origins)) }]
      : [],
  );
  return { site: name, relation: "~", family: String(inner.name ?? ""), args };
}

/** Under the wrappers that only change shape or mask, which hold what they wrap as `base`. */
export function innermost(fn: unknown): unknown {
  return fn instanceof Wrapper ? innermost(fn.base) : fn;
}

/** Longer arguments say only what they depend on. */
const longest = 40;

const plain: Writing = {
  site: (name) => name,
  number: (value) => String(Number(value.toPrecision(4))).replace("-", "−"),
  ...{ data: "data", unknown: "f", times: "·" },
};

export function lawText({ site, relation, family, args }: Law): string {
  const parts = args.map(({ keyword, value }) => {
    const text = writeExpression(value, plain);
    return keyword === undefined ? text : `${keyword} = ${text}`;
  });
  return `${site} ${relation} ${family === "" ? parts.join("") : parts.length === 0 ? family : `${family}(${parts.join(", ")})`}`;
}

function bounded(value: Expression): Expression {
  const sites = [...new Set(sitesIn(value))];
  if (sites.length === 0 || writeExpression(value, plain).length <= longest) return value;
  return { kind: "call", name: "", args: sites.map((name) => ({ kind: "site", name })) };
}

function sitesIn(value: Expression): string[] {
  if (value.kind === "site") return [value.name];
  return "args" in value ? value.args.flatMap(sitesIn) : [];
}

/** A line of an `aligned` environment. */
export function lawTex({ site, relation, family, args }: Law): string {
  const parts = args.map(({ keyword, value }) => {
    const tex = expressionTex(value);
    return keyword === undefined ? tex : `\\mathrm{${keyword}} = ${tex}`;
  });
  const law = `\\operatorname{${safeTex(family)}}`;
  const right =
    family === "" ? parts.join("") : parts.length === 0 ? law : `${law}\\left(${parts.join(", ")}\\right)`;
  return `${siteTex(site)} &${relation === "~" ? "\\sim" : "="} ${right}`;
}

/** By mathjs: it is given symbols of ours, so that no name of a user is read as a formula. */
function expressionTex(value: Expression): string {
  const sites = [...new Set(sitesIn(value))];
  const writing: Writing = {
    site: (name) => `s_${sites.indexOf(name)}`,
    number: (own) => String(Number(own.toPrecision(4))),
    ...{ data: "s_data", unknown: "f", times: "*" },
  };
  const shown = (symbol: string) => {
    if (symbol === "s_data") return "\\mathrm{data}";
    const name = /^s_\d+$/.test(symbol) ? sites[Number(symbol.slice(2))] : undefined;
    return name === undefined ? undefined : siteTex(name);
  };
  return toTex(parse(writeExpression(value, writing)), shown);
}

/** A name that is one of mathematics (`sigma_y`) becomes it; any other is text, in which nothing acts. */
function siteTex(name: string): string {
  return /^[\p{L}][\p{L}\d_]*$/u.test(name) ? nameToTex(name) : `\\mathrm{${safeTex(name)}}`;
}

/** Without what TeX or HTML would read as more than text. */
function safeTex(text: string): string {
  return text.replaceAll(/[\\{}$&#^_%~<>"'`]/g, (one) => ("{}$&#_%".includes(one) ? `\\${one}` : "\\cdot "));
}
