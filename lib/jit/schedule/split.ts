/** Cuts a long scalar step into several; what one leaves to the next stands in buffers of one element. */
import type { Dtype } from "../dag/ops.ts";
import { localised } from "./localise.ts";
import type { Buffer, Loop, Operand, Statement, Step } from "./steps.ts";

const LONGEST = 300;

export function split(steps: readonly Step[], newBuffer: (dtype: Dtype) => Buffer): Step[] {
  return steps.flatMap((step) =>
    step.kind === "loop" && step.domain.length === 0 && step.body.length > LONGEST
      ? cut(localised(step), newBuffer)
      : [step],
  );
}

function cut(loop: Loop, newBuffer: (dtype: Dtype) => Buffer): Loop[] {
  const chunks: Statement[][] = [];
  for (let i = 0; i < loop.body.length; i += LONGEST) chunks.push(loop.body.slice(i, i + LONGEST));
  const home = new Map<number, number>();
  const dtypes = new Map<number, Dtype>();
  chunks.forEach((chunk, c) => {
    for (const statement of chunk) {
      if (!("temp" in statement)) continue;
      home.set(statement.temp, c);
      const whole = statement.kind === "index" || statement.dtype !== "float32";
      dtypes.set(statement.temp, whole ? "int32" : "float32");
    }
  });
  const crossing = new Map<number, Buffer>();
  const out = chunks.map((chunk, c) => {
    const loads: Statement[] = [];
    const loaded = new Set<number>();
    for (const temp of chunk.flatMap(tempsOf)) {
      if (home.get(temp) === c || loaded.has(temp)) continue;
      loaded.add(temp);
      const dtype = dtypes.get(temp) ?? "float32";
      const buffer = crossing.get(temp) ?? newBuffer(dtype);
      crossing.set(temp, buffer);
      loads.push({ kind: "load", temp, dtype, from: { buffer, offset: 0, strides: [] } });
    }
    return [...loads, ...chunk];
  });
  for (const [temp, buffer] of crossing) {
    out[home.get(temp) as number]?.push({
      kind: "store",
      to: { buffer, offset: 0, strides: [] },
      value: { temp },
    });
  }
  return out.map((body) => ({ kind: "loop", domain: [], body }));
}

/** The temporaries that a statement reads. */
export function tempsOf(statement: Statement): number[] {
  const of = (operand: Operand) => ("temp" in operand ? [operand.temp] : []);
  switch (statement.kind) {
    case "load":
      return (statement.from.indirect ?? []).map(({ temp }) => temp);
    case "let":
      return statement.args.flatMap(of);
    case "store":
    case "reduce":
      return [...of(statement.value), ...(statement.to.indirect ?? []).map(({ temp }) => temp)];
    case "index":
      return [];
    default:
      return statement satisfies never;
  }
}
