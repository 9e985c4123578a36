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
  type ModuleWriter,
} from "../../../jit/wasm/assembler.ts";
import { scalar } from "../../../jit/wasm/simd.ts";
import { copyBytes, f64, i32, leave, select } from "../../../jit/wasm/single.ts";
import { RUNAWAY } from "../transition.ts";
import { Frame } from "./frame.ts";
import { importPotential, type PotentialPlace, writeLeapfrog } from "./leapfrog.ts";
import { at, type Places, stretchAt } from "./places.ts";
import { importForStream, type Stream, writeStream } from "./stream.ts";
import { importForStretches, type Stretches, writeStretches } from "./stretches.ts";

const ZERO = i32Const(0);

/** A module whose only export takes a transition. @param room byte address of the trajectory's numbers */
export function nutsModule(places: Places, room: number, potential: PotentialPlace): ModuleWriter {
  const frame = new Frame(places, room);
  const { module } = frame;
  importPotential(frame, potential);
  importForStretches(frame);
  importForStream(module);
  const { key, counter, spare } = at;
  const stream = writeStream(module, { key: room + key, counter: room + counter, spare: room + spare });
  const leapfrog = writeLeapfrog(frame, potential);
  const stretches = writeStretches(frame);
  const step = writeStep(frame, leapfrog, stretches);
  const build = writeBuild(frame, step, stretches, stream);
  module.export(writeMove(frame, build, stretches, stream));
  return module;
}

/** One step of the moving point, as a stretch. @returns (of the function) whether it is to be used */
function writeStep(frame: Frame, leapfrog: number, { set }: Stretches): number {
  const f = frame.module.define([I32], [I32]);
  const point = f.keep(frame.whole("moving"), I32);
  f.emit(call(leapfrog, point, frame.number("stepSize")));
  const energy = f.keep(frame.energy(point), F64);
  const error = f.keep(f64.sub(energy, frame.number("begin")), F64);
  f.emit(frame.setWhole("steps", i32.add(frame.whole("steps"), i32Const(1))));
  f.if(i32.eqz(f64.le(error, f64.constant(RUNAWAY))), () => {
    f.emit(frame.setWhole("diverging", i32Const(1)));
    f.emit(frame.setWhole("lost", f64.ne(energy, energy)));
    f.emit(leave(i32Const(0)));
  });
  const gain = f.keep(f64.neg(error), F64);
  const accepted = f64.min(f64.constant(1), frame.host("exp", gain));
  f.emit(frame.setNumber("acceptance", f64.add(frame.number("acceptance"), accepted)));
  f.emit(call(set, get(0), point, energy, gain), i32Const(1));
  return f.index;
}

/** (depth, stretch) */
function writeBuild(frame: Frame, step: number, { turnsWith, join }: Stretches, stream: Stream): number {
  const f = frame.module.define([I32, I32], [I32]);
  const { second: begin, stretchBytes } = frame.places;
  const stretch = get(1);
  f.if(i32.eqz(get(0)), () => f.emit(leave(call(step, stretch))));
  const below = f.keep(i32.sub(get(0), i32Const(1)), I32);
  const second = f.keep(i32.add(frame.fixed(begin), scalar.i32Mul(below, i32Const(stretchBytes))), I32);
  for (const half of [stretch, second])
    f.if(i32.eqz(call(f.index, below, half)), () => f.emit(leave(i32Const(0))));
  const turned = f.keep(call(turnsWith, stretch, second), I32);
  const [own, other] = [stretch, second].map((of) => f64.load(of, stretchAt.logWeight)) as [Expr, Expr];
  const odds = f64.add(f64.constant(1), frame.host("exp", f64.sub(own, other)));
  const share = f.keep(f64.div(f64.constant(1), odds), F64);
  f.emit(call(join, stretch, second, f64.lt(stream.uniform, share)));
  f.emit(i32.eqz(turned));
  return f.index;
}

function writeMove(
  frame: Frame,
  build: number,
  { set, turnsWith, join }: Stretches,
  stream: Stream,
): FunctionWriter {
  const f = frame.module.define([], []);
  const { size, point: start, forward, backward, whole, fresh, scale, variance, pointBytes } = frame.places;
  const maxDepth = (frame.places.bytes - frame.places.second) / frame.places.stretchBytes;
  const point = frame.fixed(start);
  // A new momentum.
  const [to, from, by] = [f.local(I32), f.local(I32), f.local(I32)];
  f.set(to, point);
  f.set(from, frame.fixed(scale));
  f.set(by, frame.fixed(variance));
  const kick = f.local(F64);
  f.repeat(size, () => {
    f.set(kick, f64.mul(f64.load(get(from), 0), stream.normal));
    f.emit(f64.store(get(to), frame.momentum, get(kick)));
    f.emit(f64.store(get(to), frame.velocity, f64.mul(f64.load(get(by), 0), get(kick))));
    for (const pointer of [to, from, by]) f.advance(pointer, 8);
  });
  f.emit(frame.setNumber("begin", frame.energy(point)));
  for (const end of [forward, backward]) f.emit(copyBytes(frame.fixed(end), point, i32Const(pointBytes)));
  const [all, next] = [frame.fixed(whole), frame.fixed(fresh)];
  f.emit(call(set, all, point, frame.number("begin"), f64.constant(0)));
  for (const name of ["depth", "steps", "diverging", "lost"] as const) f.emit(frame.setWhole(name, ZERO));
  f.emit(frame.setNumber("acceptance", f64.constant(0)));

  const stepSize = f.keep(frame.number("stepSize"), F64);
  const [onwards, going, turned] = [f.local(I32), f.local(I32), f.local(I32)];
  f.set(going, i32Const(1));
  const reverse = (): void =>
    f.if(i32.eqz(get(onwards)), () => {
      const first = f.keep(i32.load(all, stretchAt.first), I32);
      f.emit(i32.store(all, stretchAt.first, i32.load(all, stretchAt.last)));
      f.emit(i32.store(all, stretchAt.last, first));
    });
  f.while(i32.and(get(going), i32.ltU(frame.whole("depth"), i32Const(maxDepth))), () => {
    f.set(onwards, f64.lt(stream.uniform, f64.constant(0.5)));
    f.emit(frame.setWhole("moving", select(get(onwards), frame.fixed(forward), frame.fixed(backward))));
    f.emit(frame.setNumber("stepSize", select(get(onwards), stepSize, f64.neg(stepSize))));
    f.set(going, call(build, frame.whole("depth"), next));
    f.emit(frame.setWhole("depth", i32.add(frame.whole("depth"), i32Const(1))));
    f.if(get(going), () => {
      reverse();
      f.set(turned, call(turnsWith, all, next));
      const gain = f64.sub(f64.load(next, stretchAt.logWeight), f64.load(all, stretchAt.logWeight));
      const taken = f64.lt(frame.host("log", stream.uniform), gain);
      f.emit(call(join, all, next, taken));
      reverse();
      f.set(going, i32.eqz(get(turned)));
    });
  });
  f.emit(copyBytes(point, i32.load(all, stretchAt.draw), i32Const(pointBytes)));
  f.emit(frame.setNumber("energy", f64.load(all, stretchAt.energy)));
  return f;
}
