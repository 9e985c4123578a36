import {
  call,
  type Expr,
  F64,
  type FunctionWriter,
  get,
  I32,
  i32Const,
  ModuleWriter,
  V128,
} from "../../../jit/wasm/assembler.ts";
import { f64x2, load4 } from "../../../jit/wasm/simd.ts";
import { f64, i32 } from "../../../jit/wasm/single.ts";
import { at, type Places } from "./places.ts";

const ZERO = i32Const(0);
/** Vectors that are handled without a loop. */
const UNROLLED = 8;

/** What the functions of a trajectory are written with: its numbers, vectors, and what it calls. */
export class Frame {
  readonly module = new ModuleWriter(false);
  readonly places: Places;
  readonly #room: number;
  /** Bytes from the beginning of a point to what it consists of. */
  readonly momentum: number;
  readonly velocity: number;
  readonly gradient: number;
  readonly value: number;
  #dot: number | undefined;

  /** @param room byte address of the trajectory's numbers */
  constructor(places: Places, room: number) {
    const { vector } = places;
    this.places = places;
    this.#room = room;
    [this.momentum, this.velocity, this.gradient, this.value] = [vector, 2 * vector, 3 * vector, 4 * vector];
  }

  number(name: "stepSize" | "begin" | "acceptance" | "energy"): Expr {
    return f64.load(ZERO, this.#room + at[name]);
  }
  whole(name: "depth" | "steps" | "moving"): Expr {
    return i32.load(ZERO, this.#room + at[name]);
  }
  setNumber(name: "stepSize" | "begin" | "acceptance" | "energy", value: Expr): Expr {
    return f64.store(ZERO, this.#room + at[name], value);
  }
  setWhole(name: "depth" | "steps" | "moving" | "diverging" | "lost", value: Expr): Expr {
    return i32.store(ZERO, this.#room + at[name], value);
  }
  fixed(place: number): Expr {
    return i32Const(this.#room + place);
  }

  host(name: string, ...args: Expr[]): Expr {
    return call(this.module.imported(name), ...args);
  }

  /** Pair after pair of the vectors that begin at the pointers. */
  pairs(f: FunctionWriter, pointers: readonly number[], body: (offset: number) => void): void {
    const count = this.places.vector / 16;
    const blocks = count > UNROLLED ? Math.floor(count / UNROLLED) : 0;
    f.repeat(blocks, () => {
      for (let k = 0; k < UNROLLED; k++) body(16 * k);
      for (const pointer of pointers) f.advance(pointer, 16 * UNROLLED);
    });
    for (let k = 0; k < count - blocks * UNROLLED; k++) body(16 * k);
  }

  /** Number after number of a vector of float64, beside one of float32. */
  singles(
    f: FunctionWriter,
    vector: Expr,
    body: (wide: Expr, at: number, narrow: Expr, below: number) => void,
  ): void {
    const { size } = this.places;
    if (size <= 2 * UNROLLED) {
      for (let k = 0; k < size; k++) body(vector, 8 * k, ZERO, 4 * k);
      return;
    }
    const [wide, narrow] = [f.local(I32), f.local(I32)];
    f.set(wide, vector);
    f.set(narrow, ZERO);
    f.repeat(size, () => {
      body(get(wide), 0, get(narrow), 0);
      f.advance(wide, 8);
      f.advance(narrow, 4);
    });
  }

  /** The scalar product of two vectors, even and odd places apart. */
  dot(a: Expr, b: Expr): Expr {
    this.#dot ??= this.#writeDot();
    return call(this.#dot, a, b);
  }

  /** Of a point, in nats. */
  energy(point: Expr): Expr {
    const [momentum, velocity] = [this.momentum, this.velocity].map((offset) =>
      i32.add(point, i32Const(offset)),
    ) as [Expr, Expr];
    const kinetic = f64.div(this.dot(momentum, velocity), f64.constant(2));
    return f64.add(f64.load(point, this.value), kinetic);
  }

  #writeDot(): number {
    const f = this.module.define([I32, I32], [F64]);
    const sum = f.local(V128);
    this.pairs(f, [0, 1], (offset) =>
      f.set(sum, f64x2.add(get(sum), f64x2.mul(load4(get(0), offset), load4(get(1), offset)))),
    );
    f.emit(f64.add(f64x2.lane(get(sum), 0), f64x2.lane(get(sum), 1)));
    return f.index;
  }
}
