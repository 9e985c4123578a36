/**
 * `NutsTransitions` as WebAssembly: the same arithmetic in the same order, so that a chain draws the same numbers to the
 * bit. It is as fast at the first leapfrog step as at the last, where JavaScript has to run for long before it is
 * compiled well; and the whole trajectory stays inside: a transition is one call.
 */
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
import { f64x2, load4, scalar, store4 } from "../../../jit/wasm/simd.ts";
import { copyBytes, f64, i32, leave, select } from "../../../jit/wasm/single.ts";
import { RUNAWAY } from "../transition.ts";
import { at, type Places, stretchAt } from "./places.ts";
import { importForStream, type Stream, writeStream } from "./stream.ts";

/** The potential as a trajectory calls it: byte addresses in the same memory, of float32. */
export interface PotentialPlace {
  readonly latent: number;
  readonly value: number;
  readonly gradient: number;
  /** Computes it: anything but 0 says that it is not a number. */
  readonly step: () => number;
}

const ZERO = i32Const(0);
/** Vectors that are handled without a loop. */
const UNROLLED = 8;

/** A module whose only export takes a transition. @param room byte address of the trajectory's numbers */
export function nutsModule(places: Places, room: number, potential: PotentialPlace): ModuleWriter {
  return new NutsWriter(places, room, potential).module;
}

class NutsWriter {
  readonly module = new ModuleWriter(false);
  readonly #places: Places;
  readonly #room: number;
  readonly #potential: PotentialPlace;
  readonly #stream: Stream;
  readonly #dot: number;
  /** Bytes from the beginning of a point to what it consists of. */
  readonly #momentum: number;
  readonly #velocity: number;
  readonly #gradient: number;
  readonly #value: number;

  constructor(places: Places, room: number, potential: PotentialPlace) {
    const { vector } = places;
    [this.#momentum, this.#velocity, this.#gradient, this.#value] = [
      vector,
      2 * vector,
      3 * vector,
      4 * vector,
    ];
    this.#places = places;
    this.#room = room;
    this.#potential = potential;
    const { module } = this;
    module.import("potential", 0, potential.step);
    module.import("exp", 1, Math.exp);
    module.import("log1p", 1, Math.log1p);
    importForStream(module);
    const { key, counter, spare } = at;
    this.#stream = writeStream(module, { key: room + key, counter: room + counter, spare: room + spare });
    this.#dot = this.#writeDot();
    const leapfrog = this.#writeLeapfrog();
    const turns = this.#writeTurnsWith(this.#writeTurns());
    const set = this.#writeSet();
    const join = this.#writeJoin(this.#writeLogAddExp());
    const build = this.#writeBuild(this.#writeStep(leapfrog, set), turns, join);
    module.export(this.#writeMove(set, build, turns, join));
  }

  #number(name: "stepSize" | "begin" | "acceptance" | "energy"): Expr {
    return f64.load(ZERO, this.#room + at[name]);
  }
  #whole(name: "depth" | "steps" | "moving"): Expr {
    return i32.load(ZERO, this.#room + at[name]);
  }
  #setNumber(name: "stepSize" | "begin" | "acceptance" | "energy", value: Expr): Expr {
    return f64.store(ZERO, this.#room + at[name], value);
  }
  #setWhole(name: "depth" | "steps" | "moving" | "diverging" | "lost", value: Expr): Expr {
    return i32.store(ZERO, this.#room + at[name], value);
  }
  #fixed(place: number): Expr {
    return i32Const(this.#room + place);
  }
  #host(name: string, ...args: Expr[]): Expr {
    return call(this.module.imported(name), ...args);
  }

  /** Pair after pair of the vectors that begin at the pointers. */
  #pairs(f: FunctionWriter, pointers: readonly number[], body: (offset: number) => void): void {
    const count = this.#places.vector / 16;
    const blocks = count > UNROLLED ? Math.floor(count / UNROLLED) : 0;
    f.repeat(blocks, () => {
      for (let k = 0; k < UNROLLED; k++) body(16 * k);
      for (const pointer of pointers) f.advance(pointer, 16 * UNROLLED);
    });
    for (let k = 0; k < count - blocks * UNROLLED; k++) body(16 * k);
  }

  /** Number after number of a vector of float64, beside one of float32. */
  #singles(
    f: FunctionWriter,
    vector: Expr,
    body: (wide: Expr, at: number, narrow: Expr, below: number) => void,
  ): void {
    const { size } = this.#places;
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

  #writeDot(): number {
    const f = this.module.define([I32, I32], [F64]);
    const sum = f.local(V128);
    this.#pairs(f, [0, 1], (offset) =>
      f.set(sum, f64x2.add(get(sum), f64x2.mul(load4(get(0), offset), load4(get(1), offset)))),
    );
    f.emit(f64.add(f64x2.lane(get(sum), 0), f64x2.lane(get(sum), 1)));
    return f.index;
  }

  /** Half a step of the momentum, and the velocity that belongs to it. */
  #push(f: FunctionWriter, point: Expr, half: Expr): void {
    const [moving, variance] = [f.local(I32), f.local(I32)];
    f.set(moving, point);
    f.set(variance, this.#fixed(this.#places.variance));
    this.#pairs(f, [moving, variance], (offset) => {
      const slope = f64x2.mul(half, load4(get(moving), this.#gradient + offset));
      const next = f.keep(f64x2.sub(load4(get(moving), this.#momentum + offset), slope));
      f.emit(store4(get(moving), this.#momentum + offset, next));
      const velocity = f64x2.mul(load4(get(variance), offset), next);
      f.emit(store4(get(moving), this.#velocity + offset, velocity));
    });
  }

  #writeLeapfrog(): number {
    const f = this.module.define([I32, F64], []);
    const [point, moving] = [get(0), f.local(I32)];
    const { latent, value, gradient } = this.#potential;
    const half = f.keep(f64x2.splat(f64.div(get(1), f64.constant(2))));
    const full = f.keep(f64x2.splat(get(1)));
    this.#push(f, point, half);
    f.set(moving, point);
    this.#pairs(f, [moving], (offset) => {
      const way = f64x2.mul(full, load4(get(moving), this.#velocity + offset));
      f.emit(store4(get(moving), offset, f64x2.add(load4(get(moving), offset), way)));
    });
    this.#singles(f, point, (wide, from, narrow, to) =>
      f.emit(f64.storeSingle(narrow, latent + to, f64.load(wide, from))),
    );
    f.if(
      f64.eq(this.#host("potential"), f64.constant(0)),
      () => {
        f.emit(f64.store(point, this.#value, f64.loadSingle(ZERO, value)));
        this.#singles(f, point, (wide, to, narrow, from) =>
          f.emit(f64.store(wide, this.#gradient + to, f64.loadSingle(narrow, gradient + from))),
        );
      },
      () => f.emit(f64.store(point, this.#value, f64.constant(Number.NaN))),
    );
    this.#push(f, point, half);
    return f.index;
  }

  #writeTurns(): number {
    const f = this.module.define([I32, I32, I32, I32], [I32]);
    const [one, other] = [get(2), get(3)];
    const shrinks = (end: number): Expr => {
      const velocity = f.keep(i32.add(get(end), i32Const(this.#places.vector)), I32);
      const along = f64.add(call(this.#dot, velocity, one), call(this.#dot, velocity, other));
      return f64.le(along, f64.constant(0));
    };
    f.if(shrinks(0), () => f.emit(leave(i32Const(1))));
    f.emit(shrinks(1));
    return f.index;
  }

  #writeTurnsWith(turns: number): number {
    const f = this.module.define([I32, I32], [I32]);
    const member = (stretch: number, name: "first" | "last") =>
      f.keep(i32.load(get(stretch), stretchAt[name]), I32);
    const sum = (stretch: number) => f.keep(i32.add(get(stretch), i32Const(stretchAt.sum)), I32);
    const [first, last, nextFirst, nextLast] = [
      ...[member(0, "first"), member(0, "last")],
      ...[member(1, "first"), member(1, "last")],
    ] as [Expr, Expr, Expr, Expr];
    const [own, next] = [sum(0), sum(1)];
    f.if(call(turns, first, nextLast, own, next), () => f.emit(leave(i32Const(1))));
    f.if(call(turns, first, nextFirst, own, nextFirst), () => f.emit(leave(i32Const(1))));
    f.emit(call(turns, last, nextLast, last, next));
    return f.index;
  }

  /** (stretch, point, energy, logWeight) */
  #writeSet(): number {
    const f = this.module.define([I32, I32, F64, F64], []);
    const { vector, pointBytes } = this.#places;
    const [stretch, point] = [get(0), get(1)];
    const momentum = f.keep(i32.add(point, i32Const(this.#momentum)), I32);
    for (const end of [stretchAt.first, stretchAt.last])
      f.emit(copyBytes(i32.load(stretch, end), momentum, i32Const(2 * vector)));
    f.emit(copyBytes(i32.add(stretch, i32Const(stretchAt.sum)), momentum, i32Const(vector)));
    f.emit(copyBytes(i32.load(stretch, stretchAt.draw), point, i32Const(pointBytes)));
    f.emit(f64.store(stretch, stretchAt.energy, get(2)));
    f.emit(f64.store(stretch, stretchAt.logWeight, get(3)));
    return f.index;
  }

  #writeLogAddExp(): number {
    const f = this.module.define([F64, F64], [F64]);
    const most = f.keep(f64.max(get(0), get(1)), F64);
    f.if(f64.eq(most, f64.constant(Number.NEGATIVE_INFINITY)), () => f.emit(leave(most)));
    const least = f64.min(get(0), get(1));
    f.emit(f64.add(most, this.#host("log1p", this.#host("exp", f64.sub(least, most)))));
    return f.index;
  }

  /** (stretch, next, whether its draw is taken) */
  #writeJoin(logAddExp: number): number {
    const f = this.module.define([I32, I32, I32], []);
    const [stretch, next] = [get(0), get(1)];
    const swap = (member: number): void => {
      const own = f.keep(i32.load(stretch, member), I32);
      f.emit(i32.store(stretch, member, i32.load(next, member)));
      f.emit(i32.store(next, member, own));
    };
    const [to, from] = [f.local(I32), f.local(I32)];
    f.set(to, stretch);
    f.set(from, next);
    this.#pairs(f, [to, from], (offset) => {
      const [a, b] = [load4(get(to), stretchAt.sum + offset), load4(get(from), stretchAt.sum + offset)];
      f.emit(store4(get(to), stretchAt.sum + offset, f64x2.add(a, b)));
    });
    swap(stretchAt.last);
    const weight = (of: Expr) => f64.load(of, stretchAt.logWeight);
    f.emit(f64.store(stretch, stretchAt.logWeight, call(logAddExp, weight(stretch), weight(next))));
    f.if(get(2), () => {
      swap(stretchAt.draw);
      f.emit(f64.store(stretch, stretchAt.energy, f64.load(next, stretchAt.energy)));
    });
    return f.index;
  }

  #energy(point: Expr): Expr {
    const [momentum, velocity] = [this.#momentum, this.#velocity].map((offset) =>
      i32.add(point, i32Const(offset)),
    ) as [Expr, Expr];
    const kinetic = f64.div(call(this.#dot, momentum, velocity), f64.constant(2));
    return f64.add(f64.load(point, this.#value), kinetic);
  }

  /** One step of the moving point, as a stretch. @returns (of the function) whether it is to be used */
  #writeStep(leapfrog: number, set: number): number {
    const f = this.module.define([I32], [I32]);
    const point = f.keep(this.#whole("moving"), I32);
    f.emit(call(leapfrog, point, this.#number("stepSize")));
    const energy = f.keep(this.#energy(point), F64);
    const error = f.keep(f64.sub(energy, this.#number("begin")), F64);
    f.emit(this.#setWhole("steps", i32.add(this.#whole("steps"), i32Const(1))));
    f.if(i32.eqz(f64.le(error, f64.constant(RUNAWAY))), () => {
      f.emit(this.#setWhole("diverging", i32Const(1)));
      f.emit(this.#setWhole("lost", f64.ne(energy, energy)));
      f.emit(leave(i32Const(0)));
    });
    const gain = f.keep(f64.neg(error), F64);
    const accepted = f64.min(f64.constant(1), this.#host("exp", gain));
    f.emit(this.#setNumber("acceptance", f64.add(this.#number("acceptance"), accepted)));
    f.emit(call(set, get(0), point, energy, gain), i32Const(1));
    return f.index;
  }

  /** (depth, stretch) */
  #writeBuild(step: number, turnsWith: number, join: number): number {
    const f = this.module.define([I32, I32], [I32]);
    const { second: begin, stretchBytes } = this.#places;
    const stretch = get(1);
    f.if(i32.eqz(get(0)), () => f.emit(leave(call(step, stretch))));
    const below = f.keep(i32.sub(get(0), i32Const(1)), I32);
    const second = f.keep(i32.add(this.#fixed(begin), scalar.i32Mul(below, i32Const(stretchBytes))), I32);
    for (const half of [stretch, second])
      f.if(i32.eqz(call(f.index, below, half)), () => f.emit(leave(i32Const(0))));
    const turned = f.keep(call(turnsWith, stretch, second), I32);
    const [own, other] = [stretch, second].map((of) => f64.load(of, stretchAt.logWeight)) as [Expr, Expr];
    const odds = f64.add(f64.constant(1), this.#host("exp", f64.sub(own, other)));
    const share = f.keep(f64.div(f64.constant(1), odds), F64);
    f.emit(call(join, stretch, second, f64.lt(this.#stream.uniform, share)));
    f.emit(i32.eqz(turned));
    return f.index;
  }

  #writeMove(set: number, build: number, turnsWith: number, join: number): FunctionWriter {
    const f = this.module.define([], []);
    const { size, point: start, forward, backward, whole, fresh, scale, variance, pointBytes } = this.#places;
    const maxDepth = (this.#places.bytes - this.#places.second) / this.#places.stretchBytes;
    const point = this.#fixed(start);
    // A new momentum.
    const [to, from, by] = [f.local(I32), f.local(I32), f.local(I32)];
    f.set(to, point);
    f.set(from, this.#fixed(scale));
    f.set(by, this.#fixed(variance));
    const kick = f.local(F64);
    f.repeat(size, () => {
      f.set(kick, f64.mul(f64.load(get(from), 0), this.#stream.normal));
      f.emit(f64.store(get(to), this.#momentum, get(kick)));
      f.emit(f64.store(get(to), this.#velocity, f64.mul(f64.load(get(by), 0), get(kick))));
      for (const pointer of [to, from, by]) f.advance(pointer, 8);
    });
    f.emit(this.#setNumber("begin", this.#energy(point)));
    for (const end of [forward, backward]) f.emit(copyBytes(this.#fixed(end), point, i32Const(pointBytes)));
    const [all, next] = [this.#fixed(whole), this.#fixed(fresh)];
    f.emit(call(set, all, point, this.#number("begin"), f64.constant(0)));
    for (const name of ["depth", "steps", "diverging", "lost"] as const) f.emit(this.#setWhole(name, ZERO));
    f.emit(this.#setNumber("acceptance", f64.constant(0)));

    const stepSize = f.keep(this.#number("stepSize"), F64);
    const [onwards, going, turned] = [f.local(I32), f.local(I32), f.local(I32)];
    f.set(going, i32Const(1));
    const reverse = (): void =>
      f.if(i32.eqz(get(onwards)), () => {
        const first = f.keep(i32.load(all, stretchAt.first), I32);
        f.emit(i32.store(all, stretchAt.first, i32.load(all, stretchAt.last)));
        f.emit(i32.store(all, stretchAt.last, first));
      });
    f.while(i32.and(get(going), i32.ltU(this.#whole("depth"), i32Const(maxDepth))), () => {
      f.set(onwards, f64.lt(this.#stream.uniform, f64.constant(0.5)));
      f.emit(this.#setWhole("moving", select(get(onwards), this.#fixed(forward), this.#fixed(backward))));
      f.emit(this.#setNumber("stepSize", select(get(onwards), stepSize, f64.neg(stepSize))));
      f.set(going, call(build, this.#whole("depth"), next));
      f.emit(this.#setWhole("depth", i32.add(this.#whole("depth"), i32Const(1))));
      f.if(get(going), () => {
        reverse();
        f.set(turned, call(turnsWith, all, next));
        const gain = f64.sub(f64.load(next, stretchAt.logWeight), f64.load(all, stretchAt.logWeight));
        const taken = f64.lt(this.#host("log", this.#stream.uniform), gain);
        f.emit(call(join, all, next, taken));
        reverse();
        f.set(going, i32.eqz(get(turned)));
      });
    });
    f.emit(copyBytes(point, i32.load(all, stretchAt.draw), i32Const(pointBytes)));
    f.emit(this.#setNumber("energy", f64.load(all, stretchAt.energy)));
    return f;
  }
}
