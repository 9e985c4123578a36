/**
 * Makes nodes, and makes as few as it can: constants are folded, what has been computed is found again (the key holds
 * everything that tells two nodes apart), what is the same along an axis is computed once and broadcast, and the
 * algebra that holds for every number, NaN and infinities included, is used. (`x * 0` is left alone.)
 */
import type { Value } from "../graph.ts";
import type { HostCall, Reducer } from "../schedule/steps.ts";
import { intoBranches } from "./branches.ts";
import {
  type Argument,
  type IndirectView,
  isRowMajor,
  isView,
  isWhole,
  type Node,
  type Part,
  rowMajor,
  sizeOf,
  type View,
} from "./node.ts";
import { type Dtype, type Op, opRow, rounded } from "./ops.ts";
import { rewritten } from "./rewrite.ts";
import { composed, simplified } from "./simplify.ts";
import { laidTogether } from "./together.ts";
import { broadcast, commonShape, isSplat, reshaped, transposed } from "./view.ts";

type Unnumbered<N extends Node = Node> = N extends Node ? Omit<N, "id"> : never;

/**
 * Operations that jump. Loops compute in float64, and what an eager step compares has been rounded to float32: a
 * number must equal the largest of its row, of which it is one, and a probability that is 1 in float32 is 1.
 */
const JUMPS: ReadonlySet<Op> = new Set<Op>([
  ...(["less", "lessEqual", "greater", "greaterEqual", "equal", "notEqual"] as const),
  ...(["floor", "ceil", "round", "trunc", "floorDiv", "mod", "isFinite", "isInf"] as const),
]);

/** Between these e^x is a positive number of float32: the logarithms of 2^128 (1 - 2^-25) and of 2^-150. */
const LARGEST_EXPONENT = 88.72283908;
const SMALLEST_EXPONENT = -103.97207708;

/** Literals up to this size take part in folding. */
const FOLDABLE = 4096;

/** What nothing comes to. */
const NEUTRAL: Readonly<Record<Reducer, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

export class Builder {
  /** In an order in which each stands after what it reads. */
  readonly nodes: Node[] = [];
  readonly #known = new Map<string, Node>();

  source(value: Value, dtype: Dtype): View {
    return this.#whole(this.#add(`source ${value.id}`, { kind: "source", value, shape: value.shape, dtype }));
  }

  literal(data: ArrayLike<number>, shape: readonly number[], dtype: Dtype): View {
    const first = data[0];
    const splat = first !== undefined && sameThroughout(data, first);
    const values = splat ? [first] : data;
    const typed = dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
    const own = splat ? [] : shape;
    const key = typed.length <= 64 ? `literal ${dtype} ${[...typed].map(exact)} ${own}` : undefined;
    const whole = this.#whole(this.#add(key, { kind: "literal", data: typed, shape: own, dtype }));
    return splat ? broadcast(whole, shape) : whole;
  }

  /** The operation on every element; arguments that are views are broadcast to each other (and to `shape`). */
  map(op: Op, args: readonly Argument[], dtype: Dtype, shape?: readonly number[]): View {
    const full = shape ?? commonShape(args.filter(isView).map((view) => view.shape));
    const given = JUMPS.has(op) ? args.map((arg) => (isView(arg) ? this.#rounded(arg) : arg)) : args;
    const spread = given.map((arg) => (isView(arg) ? literalNumber(broadcast(arg, full)) : arg));
    const power = op === "log" && dtype === "float32" ? composed(spread[0], "exp") : undefined;
    if (power !== undefined) return this.#logOfExp(power, full);
    const known = simplified(op, spread, dtype);
    if (known !== undefined) return typeof known === "number" ? this.#splat(known, full, dtype) : known;
    const cheaper = rewritten({ op, args: spread }, dtype);
    if (cheaper.args !== spread) return this.map(cheaper.op, cheaper.args, dtype, full);
    if (spread.every((arg) => typeof arg === "number")) {
      return this.#splat(rounded(opRow(op).f(...spread), dtype), full, dtype);
    }
    const branches = intoBranches(op, spread, dtype);
    if (branches !== undefined) {
      const { condition, yes, no } = branches;
      return this.map("select", [condition, this.map(op, yes, dtype), this.map(op, no, dtype)], dtype, full);
    }
    const laid = op === "add" && dtype === "float32" ? laidTogether(spread, full) : undefined;
    if (laid !== undefined) return this.assemble(full, laid.parts, dtype, laid.fill);
    const folded = this.#folded(op, spread, dtype, full);
    if (folded !== undefined) return folded;
    // Axes along which nothing changes are left out.
    const axes = full.map((n, axis) => n !== 1 && spread.some((arg) => follows(arg, axis)));
    const compact = full.map((n, axis) => (axes[axis] ? n : 1));
    const inner = spread.map((arg) => (isView(arg) ? { ...arg, ...narrowed(arg, compact) } : arg));
    const node = { kind: "map", op, args: inner, shape: compact, dtype } as const;
    return broadcast(
      this.#whole(this.#add(`${op} ${dtype} ${compact} ${inner.map(argKey).join(" ")}`, node)),
      full,
    );
  }

  /** Bring the elements of some axes together; those axes stay, with length 1. */
  reduce(reducer: Reducer, view: View, axes: readonly number[], dtype: Dtype): View {
    const shape = view.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    let factor = 1;
    const left = view.shape.map((n, axis) => {
      if (!axes.includes(axis) || follows(view, axis)) return n;
      factor *= n;
      return 1;
    });
    const rest = { ...view, ...narrowed(view, left) };
    // Along an axis on which nothing changes a sum is a product, and the largest is any.
    const reduced = axes.some((axis) => left[axis] !== 1)
      ? this.scatter(
          reducer,
          rest,
          { shape, strides: left.map((_, i) => rowMajor(shape)[i] as number), offset: 0 },
          dtype,
        )
      : rest;
    if (factor === 0) return this.#splat(NEUTRAL[reducer], shape, dtype);
    if (factor === 1 || reducer === "max" || reducer === "min") return reduced;
    return this.map(reducer === "sum" ? "mul" : "pow", [reduced, factor], dtype);
  }

  /** Bring every element together with what else falls on its place. */
  scatter(
    reducer: Reducer,
    arg: View,
    to: {
      shape: readonly number[];
      strides: readonly number[];
      offset: number;
      indirect?: readonly IndirectView[];
    },
    dtype: Dtype,
  ): View {
    const { shape, strides, offset, indirect = [] } = to;
    const largest = reducer === "max" || reducer === "min";
    const given = literalNumber(largest ? this.#rounded(arg) : arg);
    const key = `${reducer} ${dtype} ${argKey(given)} ${arg.shape} ${shape} ${strides} ${offset} ${indirectKey(indirect)}`;
    const node = {
      kind: "reduce",
      reducer,
      arg: given,
      domain: arg.shape,
      strides,
      offset,
      indirect,
      shape,
      dtype,
    } as const;
    return this.#whole(this.#add(key, node));
  }

  /** Lay parts into a new tensor. */
  assemble(shape: readonly number[], parts: readonly Part[], dtype: Dtype, fill?: number): View {
    const [only] = parts;
    if (
      parts.length === 1 &&
      only !== undefined &&
      isView(only.arg) &&
      sizeOf(only.shape) === sizeOf(shape)
    ) {
      const same = only.indirect === undefined && only.offset === 0 ? reshaped(only.arg, shape) : undefined;
      if (same !== undefined && isRowMajor({ ...only, node: only.arg.node })) return same;
    }
    const texts = parts.map(
      ({ arg, shape: own, offset, strides, indirect }) =>
        `${argKey(arg)} ${own} ${offset} ${strides} ${indirectKey(indirect ?? [])}`,
    );
    return this.#whole(
      this.#add(`assemble ${dtype} ${shape} ${fill} ${texts.join(";")}`, {
        kind: "assemble",
        fill,
        parts,
        shape,
        dtype,
      }),
    );
  }

  /** A view of this shape with the same elements in order; they are moved where it cannot be helped. */
  reshape(view: View, shape: readonly number[]): View {
    if (isSplat(view)) return broadcast({ ...view, shape: [], strides: [] }, shape);
    const own = this.#gathered(view);
    return reshaped(own, shape) ?? (reshaped(this.moved(own), shape) as View);
  }

  /** The elements of a view as a result of their own. */
  moved(view: View): View {
    return isWhole(view) && isRowMajor(view) ? view : this.copied(view);
  }

  copied(view: View): View {
    const { shape } = view;
    const dtype = view.node.dtype;
    return this.#whole(
      this.#add(`copy ${argKey(view)} ${shape}`, {
        kind: "map",
        op: "copy",
        args: [literalNumber(view)],
        shape,
        dtype,
      }),
    );
  }

  /** Gathered elements as a result of their own, in any order: one copy serves gathered rows and their transpose. */
  #gathered(view: View): View {
    if (view.indirect === undefined) return view;
    const order = gatherOrder(view);
    if (order === undefined) return this.copied(view);
    const turned = this.copied(transposed(view, order));
    return transposed(
      turned,
      order.map((_, axis) => order.indexOf(axis)),
    );
  }

  /** The numbers as they would be stored. */
  #rounded(view: View): View {
    const { node } = view;
    // What stands in memory has been rounded; single numbers may live in variables of JavaScript.
    const kept = node.kind === "source" || node.kind === "literal";
    const stored = kept || (node.kind !== "map" && sizeOf(node.shape) !== 1);
    if (stored || node.dtype !== "float32" || (node.kind === "map" && node.op === "fround")) return view;
    const { shape } = node;
    const whole = { kind: "map", op: "fround", args: [this.#whole(node)], shape, dtype: "float32" } as const;
    return { ...view, node: this.#add(`fround %${node.id}`, whole) };
  }

  matmul(left: View, right: View): View {
    const [batch, m] = left.shape as [number, number, number];
    const n = right.shape[2] as number;
    const [a, b] = [this.#gathered(left), this.#gathered(right)];
    const key = `matmul ${argKey(a)} ${a.shape} ${argKey(b)} ${b.shape}`;
    return this.#whole(
      this.#add(key, { kind: "matmul", left: a, right: b, shape: [batch, m, n], dtype: "float32" }),
    );
  }

  draw(
    kernel: string,
    stream: Pick<Extract<Node, { kind: "draw" }>, "seed" | "counter" | "absolute" | "population">,
    inputs: readonly View[],
    shape: readonly number[],
    dtype: Dtype,
  ): View {
    const whole = inputs.map((view) => this.moved(view));
    const key = `${kernel} ${stream.seed} ${stream.counter} ${stream.absolute} ${stream.population} ${whole.map(argKey)} ${shape}`;
    return this.#whole(this.#add(key, { kind: "draw", kernel, ...stream, inputs: whole, shape, dtype }));
  }

  /** A function of whole tensors with one result. */
  host(
    label: string,
    inputs: readonly View[],
    shape: readonly number[],
    dtype: Dtype,
    run: HostCall["run"],
  ): View {
    const whole = inputs.map((view) => this.moved(view));
    return this.#whole(this.#add(undefined, { kind: "host", label, inputs: whole, run, shape, dtype }));
  }

  /** x itself, but for those whose exponential is infinite or 0 in float32. */
  #logOfExp(x: View, shape: readonly number[]): View {
    const above = this.map("greater", [x, LARGEST_EXPONENT], "bool", shape);
    const below = this.map("less", [x, SMALLEST_EXPONENT], "bool", shape);
    const rest = this.map("select", [below, Number.NEGATIVE_INFINITY, x], "float32", shape);
    return this.map("select", [above, Number.POSITIVE_INFINITY, rest], "float32", shape);
  }

  #splat(value: number, shape: readonly number[], dtype: Dtype): View {
    return broadcast(this.literal([value], [], dtype), shape);
  }

  #folded(op: Op, args: readonly Argument[], dtype: Dtype, shape: readonly number[]): View | undefined {
    const size = sizeOf(shape);
    if (size > FOLDABLE || size === 0) return undefined;
    const readers = args.map((arg) => literalReader(arg, shape));
    if (readers.some((reader) => reader === undefined)) return undefined;
    const { f } = opRow(op);
    const out = Array.from({ length: size }, (_, i) =>
      rounded(f(...readers.map((read) => read?.(i) ?? 0)), dtype),
    );
    return this.literal(out, shape, dtype);
  }

  #add(key: string | undefined, node: Unnumbered): Node {
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const made = { ...node, id: this.nodes.length } as Node;
    this.nodes.push(made);
    if (key !== undefined) this.#known.set(key, made);
    return made;
  }

  #whole(node: Node): View {
    return { node, offset: 0, shape: node.shape, strides: rowMajor(node.shape) };
  }
}

/** The axes of a gather with those along which positions change first; undefined where they are. */
function gatherOrder(view: View): number[] | undefined {
  if (view.indirect === undefined) return undefined;
  const changes = view.shape.map(
    (n, axis) => n !== 1 && (view.indirect ?? []).some(({ index }) => follows(index, axis)),
  );
  const axes = [...view.shape.keys()];
  const order = [...axes.filter((axis) => changes[axis]), ...axes.filter((axis) => !changes[axis])];
  return order.every((axis, i) => axis === i) ? undefined : order;
}

function exact(x: number): string {
  return Object.is(x, -0) ? "-0" : String(x);
}

function sameThroughout(data: ArrayLike<number>, first: number): boolean {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return false;
  return true;
}

function argKey(arg: Argument): string {
  if (typeof arg === "number") return exact(arg);
  if (!isView(arg)) return `axis${arg.axis}`;
  return `%${arg.node.id}+${arg.offset}[${arg.strides}]${indirectKey(arg.indirect ?? [])}`;
}

function indirectKey(parts: readonly IndirectView[]): string {
  return parts.map(({ index, size, stride }) => `(${argKey(index)} ${size} ${stride})`).join("");
}

/** Whether what is read changes along an axis. */
function follows(arg: Argument, axis: number): boolean {
  if (typeof arg === "number") return false;
  if (!isView(arg)) return arg.axis === axis;
  if (arg.shape[axis] !== 1 && arg.strides[axis] !== 0) return true;
  return (arg.indirect ?? []).some(({ index }) => follows(index, axis));
}

/** The view with some axes, along which it does not change, cut to length 1. */
function narrowed(view: View, shape: readonly number[]): Pick<View, "shape" | "strides" | "indirect"> {
  const strides = view.strides.map((stride, i) => (shape[i] === 1 ? 0 : stride));
  const indirect = view.indirect?.map((part) => ({
    ...part,
    index: { ...part.index, ...narrowed(part.index, shape) },
  }));
  return { shape, strides, ...(indirect && { indirect }) };
}

/** A view of one literal number is that number. */
function literalNumber(view: View): Argument {
  const { node, offset } = view;
  return node.kind === "literal" && isSplat(view) ? (node.data[offset] as number) : view;
}

/** Reads element `i`, counted row by row, where it is known now. */
function literalReader(arg: Argument, shape: readonly number[]): ((i: number) => number) | undefined {
  if (typeof arg === "number") return () => arg;
  const strides = isView(arg) ? arg.strides : shape.map((_, axis) => (axis === arg.axis ? 1 : 0));
  if (isView(arg) && (arg.node.kind !== "literal" || arg.indirect !== undefined)) return undefined;
  return (i) => {
    let at = isView(arg) ? arg.offset : 0;
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      const n = shape[axis] as number;
      at += (rest % n) * (strides[axis] as number);
      rest = Math.floor(rest / n);
    }
    return isView(arg) ? ((arg.node as { data: Float32Array }).data[at] as number) : at;
  };
}
