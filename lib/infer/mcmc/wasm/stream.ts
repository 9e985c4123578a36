/** The stream of `Random`, to the bit, as functions of a module. */
import { call, type Expr, F64, get, I32, i32Const, type ModuleWriter } from "../../../jit/wasm/assembler.ts";
import { f64, i32, leave } from "../../../jit/wasm/single.ts";
import type { StreamPlaces } from "../random.ts";

export interface Stream {
  readonly uniform: Expr;
  readonly normal: Expr;
}

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const ZERO = i32Const(0);

/** Declares what the functions call. */
export function importForStream(module: ModuleWriter): void {
  module.import("log", 1, Math.log);
  module.import("sin", 1, Math.sin);
  module.import("cos", 1, Math.cos);
}

export function writeStream(module: ModuleWriter, place: StreamPlaces): Stream {
  const uniform = writeUniform(module, place);
  const normal = writeNormal(module, place, uniform);
  return { uniform: call(uniform), normal: call(normal) };
}

/** Source: as in `lib/tensor/random/threefry.ts`. */
function writeUniform(module: ModuleWriter, { key, counter }: StreamPlaces): number {
  const f = module.define([], [F64]);
  const [k0, k1, k2, a, b] = [0, 1, 2, 3, 4].map(() => f.local(I32)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  f.set(k0, i32.load(ZERO, key));
  f.set(k1, i32.load(ZERO, key + 4));
  f.set(k2, i32.xor(i32.xor(get(k0), get(k1)), i32Const(PARITY)));
  f.set(a, i32.load(ZERO, counter));
  f.set(b, i32.load(ZERO, counter + 4));
  // The next counter, in 64 bits.
  f.emit(i32.store(ZERO, counter, i32.add(get(a), i32Const(1))));
  f.if(i32.eqz(i32.add(get(a), i32Const(1))), () =>
    f.emit(i32.store(ZERO, counter + 4, i32.add(get(b), i32Const(1)))),
  );
  f.set(a, i32.add(get(a), get(k0)));
  f.set(b, i32.add(get(b), get(k1)));
  const keys = [k0, k1, k2] as const;
  for (let round = 0; round < 20; round++) {
    f.set(a, i32.add(get(a), get(b)));
    const by = ROTATIONS[round % 8] as number;
    f.set(b, i32.xor(i32.rotl(get(b), i32Const(by)), get(a)));
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    f.set(a, i32.add(get(a), get(keys[injection % 3] as number)));
    f.set(b, i32.add(i32.add(get(b), get(keys[(injection + 1) % 3] as number)), i32Const(injection)));
  }
  const high = f64.mul(f64.fromUnsigned(get(a)), f64.constant(2 ** 20));
  const low = f64.fromUnsigned(i32.shrU(get(b), i32Const(12)));
  f.emit(f64.mul(f64.add(f64.add(high, low), f64.constant(0.5)), f64.constant(2 ** -52)));
  return f.index;
}

function writeNormal(module: ModuleWriter, { spare }: StreamPlaces, uniform: number): number {
  const f = module.define([], [F64]);
  const [given, radius, angle] = [f.local(F64), f.local(F64), f.local(F64)];
  f.set(given, f64.load(ZERO, spare));
  f.if(f64.eq(get(given), get(given)), () => {
    f.emit(f64.store(ZERO, spare, f64.constant(Number.NaN)));
    f.emit(leave(get(given)));
  });
  const log = call(module.imported("log"), call(uniform));
  f.set(radius, f64.sqrt(f64.mul(f64.constant(-2), log)));
  f.set(angle, f64.mul(f64.constant(2 * Math.PI), call(uniform)));
  f.emit(f64.store(ZERO, spare, f64.mul(get(radius), call(module.imported("sin"), get(angle)))));
  f.emit(f64.mul(get(radius), call(module.imported("cos"), get(angle))));
  return f.index;
}
