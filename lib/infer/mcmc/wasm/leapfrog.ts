import { type Expr, F64, type FunctionWriter, get, I32, i32Const } from "../../../jit/wasm/assembler.ts";
import { f64x2, load4, store4 } from "../../../jit/wasm/simd.ts";
import { f64 } from "../../../jit/wasm/single.ts";
import type { Frame } from "./frame.ts";

/** The potential as a trajectory calls it: byte addresses in the same memory, of float32. */
export interface PotentialPlace {
  readonly latent: number;
  readonly value: number;
  readonly gradient: number;
  /** Computes it: anything but 0 says that it is not a number. */
  readonly step: () => number;
}

const ZERO = i32Const(0);

/** Declares what the function calls. */
export function importPotential(frame: Frame, potential: PotentialPlace): void {
  frame.module.import("potential", 0, potential.step);
}

/** `Hamiltonian.leapfrog`: (point, size of the step). */
export function writeLeapfrog(frame: Frame, { latent, value, gradient }: PotentialPlace): number {
  const f = frame.module.define([I32, F64], []);
  const [point, moving] = [get(0), f.local(I32)];
  const half = f.keep(f64x2.splat(f64.div(get(1), f64.constant(2))));
  const full = f.keep(f64x2.splat(get(1)));
  push(frame, f, point, half);
  f.set(moving, point);
  frame.pairs(f, [moving], (offset) => {
    const way = f64x2.mul(full, load4(get(moving), frame.velocity + offset));
    f.emit(store4(get(moving), offset, f64x2.add(load4(get(moving), offset), way)));
  });
  frame.singles(f, point, (wide, from, narrow, to) =>
    f.emit(f64.storeSingle(narrow, latent + to, f64.load(wide, from))),
  );
  f.if(
    f64.eq(frame.host("potential"), f64.constant(0)),
    () => {
      f.emit(f64.store(point, frame.value, f64.loadSingle(ZERO, value)));
      frame.singles(f, point, (wide, to, narrow, from) =>
        f.emit(f64.store(wide, frame.gradient + to, f64.loadSingle(narrow, gradient + from))),
      );
    },
    () => f.emit(f64.store(point, frame.value, f64.constant(Number.NaN))),
  );
  push(frame, f, point, half);
  return f.index;
}

/** Half a step of the momentum, and the velocity that belongs to it. */
function push(frame: Frame, f: FunctionWriter, point: Expr, half: Expr): void {
  const [moving, variance] = [f.local(I32), f.local(I32)];
  f.set(moving, point);
  f.set(variance, frame.fixed(frame.places.variance));
  frame.pairs(f, [moving, variance], (offset) => {
    const slope = f64x2.mul(half, load4(get(moving), frame.gradient + offset));
    const next = f.keep(f64x2.sub(load4(get(moving), frame.momentum + offset), slope));
    f.emit(store4(get(moving), frame.momentum + offset, next));
    const velocity = f64x2.mul(load4(get(variance), offset), next);
    f.emit(store4(get(moving), frame.velocity + offset, velocity));
  });
}
