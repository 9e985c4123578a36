/** Programs as people read them. */
import type { Access, Buffer, Operand, Statement, Step } from "./schedule/steps.ts";

const name = ({ id, label, size }: Buffer): string => `${label}#${id}${size === 1 ? "" : `[${size}]`}`;

function place({ buffer, offset, strides, indirect = [] }: Access): string {
  const terms = strides.flatMap((stride, axis) =>
    stride === 0 ? [] : [`${stride === 1 ? "" : `${stride}*`}i${axis}`],
  );
  for (const { temp, stride } of indirect) terms.push(`${stride === 1 ? "" : `${stride}*`}t${temp}`);
  if (offset !== 0) terms.unshift(String(offset));
  return buffer.size === 1 ? name(buffer) : `${name(buffer)}{${terms.join(" + ") || "0"}}`;
}

const operand = (of: Operand): string => ("temp" in of ? `t${of.temp}` : String(of.value));

function line(statement: Statement): string {
  switch (statement.kind) {
    case "load":
      return `t${statement.temp} = ${place(statement.from)}`;
    case "index":
      return `t${statement.temp} = i${statement.axis}`;
    case "let":
      return `t${statement.temp} = ${statement.op}(${statement.args.map(operand).join(", ")})`;
    case "store":
      return `${place(statement.to)} = ${operand(statement.value)}`;
    case "reduce":
      return `${place(statement.to)} ${statement.reducer}= ${operand(statement.value)}`;
    default:
      return statement satisfies never;
  }
}

export function printStep(step: Step): string {
  switch (step.kind) {
    case "loop": {
      const head = step.domain.length === 0 ? "once" : `for ${step.domain.join(" x ")}`;
      return [head, ...step.body.map((statement) => `  ${line(statement)}`)].join("\n");
    }
    case "matmul":
      return `${name(step.out)} = ${name(step.left.buffer)} · ${name(step.right.buffer)} (${step.batch} of ${step.m} x ${step.k} x ${step.n})`;
    case "draw":
      return `${name(step.out)} = ${step.kernel}(${step.inputs.map(name).join(", ")}) draw ${step.counter}`;
    case "host":
      return `${step.outputs.map(name).join(", ")} = ${step.label}(${step.inputs.map(name).join(", ")})`;
    case "check":
      return `check that ${step.buffers.map(name).join(", ") || "nothing"} is finite`;
    case "copy":
      return `${name(step.to)} = ${name(step.from)}`;
    default:
      return step satisfies never;
  }
}
