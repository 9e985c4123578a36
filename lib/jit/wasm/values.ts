/** Values of a loop's body: what four lanes hold, how one form becomes another, and what an operation makes of them. */
import { type Dtype, type Op, opRow } from "../dag/ops.ts";
import type { Operand, Statement } from "../schedule/steps.ts";
import { call, type Expr, type FunctionWriter, get, type ModuleWriter, V128 } from "./assembler.ts";
import { type ElementRow, elementRow } from "./elements.ts";
import { type LaneType, laneFunction } from "./math/lanes.ts";
import { and, anyTrue, choose, f32x4, i32x4, not } from "./simd.ts";

/** Booleans are masks between loads and stores: all bits of a lane, or none. */
export type Form = "float" | "int" | "mask";

export interface Lanes {
  readonly form: Form;
  readonly code: Expr;
}

export type Value = Lanes | { readonly constant: number };

export const formOf = (dtype: Dtype): Form =>
  dtype === "float32" ? "float" : dtype === "int32" ? "int" : "mask";

const TWO_31 = 2 ** 31;

/** The value in another form. */
export function as(f: FunctionWriter, value: Value, form: Form): Expr {
  if ("constant" in value) return constant(f, value.constant, form);
  const { code } = value;
  if (value.form === form) return code;
  if (form === "mask") return value.form === "int" ? i32x4.ne(code, f.i32(0)) : f32x4.ne(code, f.f32(0));
  if (value.form === "mask") return and(code, form === "int" ? f.i32(1) : f.f32(1));
  if (form === "float") return f32x4.fromInt(code);
  return truncated(f, code);
}

function constant(f: FunctionWriter, x: number, form: Form): Expr {
  return form === "float" ? f.f32(x) : f.i32(form === "int" ? x | 0 : x === 0 ? 0 : -1);
}

/** Towards zero and modulo 2^32, as JavaScript does; lanes that do not fit are rare. */
function truncated(f: FunctionWriter, code: Expr): Expr {
  const x = f.keep(code);
  const result = f.local(V128);
  f.set(result, i32x4.fromFloat(x));
  const others = f.keep(not(f32x4.lt(f32x4.abs(x), f.f32(TWO_31))));
  f.if(anyTrue(others), () =>
    f.set(result, choose(others, call(laneFunction(f, intKey("copy"), ["float"], "int"), x), get(result))),
  );
  return get(result);
}

const intKey = (op: Op): string => `${op}:int32`;

/** What moves values in vectors; single precision is what they have. */
const MOVES: ReadonlySet<Op> = new Set<Op>(["copy", "fround"]);

/** Declares what a body may leave to JavaScript. */
export function importOperations(module: ModuleWriter, body: readonly Statement[]): void {
  for (const statement of body) {
    if (statement.kind === "load" || statement.kind === "index") continue;
    module.import(intKey("copy"), 1, (x) => x | 0);
    if (statement.kind !== "let" || statement.op === "select" || MOVES.has(statement.op)) continue;
    const { op, args } = statement;
    const { f } = opRow(op);
    const row = elementRow(op);
    if (row === undefined || row.hosted) module.import(op, args.length, f);
    if (statement.dtype === "int32" && row?.int === undefined) {
      module.import(intKey(op), args.length, (...values) => f(...values) | 0);
    }
  }
}

/** Whether an operation runs in vectors. */
export function vectorised(op: Op): boolean {
  return op === "select" || MOVES.has(op) || elementRow(op) !== undefined;
}

export function operand(values: ReadonlyMap<number, Value>, of: Operand): Value {
  if ("value" in of) return { constant: of.value };
  const value = values.get(of.temp);
  if (value === undefined) throw new Error(`temporary ${of.temp} is read before it is written`);
  return value;
}

/** An operation of the table on four lanes. */
export function element(f: FunctionWriter, op: Op, args: readonly Value[], dtype: Dtype): Lanes {
  const form = formOf(dtype);
  const made = (code: Expr, of: Form): Lanes => ({
    form,
    code: f.keep(as(f, { form: of, code: of === form ? code : f.keep(code) }, form)),
  });
  const in_ = (of: Form) => args.map((arg) => f.keep(as(f, arg, of)));
  if (MOVES.has(op)) return made(in_(form)[0] as Expr, form);
  if (op === "select") {
    const [condition, yes, no] = args as [Value, Value, Value];
    const code = choose(as(f, condition, "mask"), f.keep(as(f, yes, form)), f.keep(as(f, no, form)));
    return made(code, form);
  }
  const row = elementRow(op);
  const result = (of: Form): Form => (row?.test ? "mask" : of);
  if (row?.mask !== undefined) return made(row.mask(f, ...in_("mask")), "mask");
  const whole = args.every(isWhole);
  if (row?.int !== undefined && whole && (row.test || form !== "float")) {
    return made(row.int(f, ...in_("int")), result("int"));
  }
  if (row?.float === undefined || (whole && form === "int")) return byLanes(f, op, args, form, made);
  return made(applied(f, op, row, in_("float")), result("float"));
}

const isWhole = (value: Value): boolean =>
  "constant" in value ? (value.constant | 0) === value.constant : value.form !== "float";

function applied(f: FunctionWriter, op: Op, row: ElementRow, args: readonly Expr[]): Expr {
  const write = row.float as NonNullable<ElementRow["float"]>;
  const place = row.length === undefined || (row.length === "middle" && f.inline);
  if (place) return write(f, ...args);
  const index = f.module.helper(op, args.length, (inner, inputs) => write(inner, ...inputs));
  return call(index, ...args);
}

function byLanes(
  f: FunctionWriter,
  op: Op,
  args: readonly Value[],
  form: Form,
  made: (code: Expr, of: Form) => Lanes,
): Lanes {
  const types = args.map((arg): LaneType => ("form" in arg && arg.form !== "float" ? "int" : "float"));
  const result = form === "int" ? "int" : "float";
  const key = form === "int" ? intKey(op) : op;
  const inputs = args.map((arg, i) => as(f, arg, types[i] as LaneType));
  return made(call(laneFunction(f, key, types, result), ...inputs), result);
}
