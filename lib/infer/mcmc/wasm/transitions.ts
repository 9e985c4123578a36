import { wasmAvailable } from "../../../jit/wasm/index.ts";
import { DiagonalMetric } from "../metric.ts";
import type { Hamiltonian, PhasePoint } from "../phase-space.ts";
import type { Potential, Room } from "../potential.ts";
import type { Random } from "../random.ts";
import type { Transition, Transitions } from "../transition.ts";
import { nutsModule } from "./module.ts";
import { at, type Places, placesOf, stretchAt } from "./places.ts";

/** Numbers of a position from which on a trajectory's vectors would be most of the memory. */
const LARGEST = 4096;

/** Bytes that the trajectories of NUTS need beside a potential's own, in the same memory. */
export function nutsRoom(size: number, maxDepth: number): number {
  return size > LARGEST ? 0 : placesOf(size, maxDepth).bytes;
}

/** NUTS as WebAssembly; undefined where the potential has no room for it, or the page does not take the module. */
export function wasmNuts(hamiltonian: Hamiltonian, maxDepth: number): Transitions | undefined {
  const { potential, metric } = hamiltonian;
  const { room } = potential;
  if (room === undefined || !(metric instanceof DiagonalMetric) || !wasmAvailable().simd) return undefined;
  const places = placesOf(hamiltonian.size, maxDepth);
  if (places.bytes > room.bytes) return undefined;
  const run = compiled(potential, room, places);
  return run === undefined ? undefined : new WasmNuts(hamiltonian, run, room, places);
}

type Run = () => void;

/** One module serves all chains, and the next run. */
const modules = new WeakMap<Potential, { readonly bytes: number; readonly run: Run | undefined }>();

function compiled(potential: Potential, room: Room, places: Places): Run | undefined {
  const known = modules.get(potential);
  if (known?.bytes === places.bytes) return known.run;
  let run: Run | undefined;
  try {
    [run] = nutsModule(places, room.at, room).instantiate(room.memory).functions;
  } catch (error) {
    // A page may refuse to compile that much at once.
    if (!(error instanceof RangeError || error instanceof WebAssembly.CompileError)) throw error;
  }
  modules.set(potential, { bytes: places.bytes, run });
  return run;
}

class WasmNuts implements Transitions {
  readonly hamiltonian: Hamiltonian;
  lost: Float64Array | undefined;
  readonly #run: Run;
  readonly #places: Places;
  readonly #told: Transition = { acceptance: 0, steps: 0, depth: 0, diverging: false, energy: 0 };
  readonly #floats: Float64Array;
  readonly #ints: Int32Array;
  readonly #position: Float64Array;
  readonly #gradient: Float64Array;
  #metric: DiagonalMetric | undefined;

  constructor(hamiltonian: Hamiltonian, run: Run, room: Room, places: Places) {
    this.hamiltonian = hamiltonian;
    this.#run = run;
    this.#places = places;
    this.#floats = new Float64Array(room.memory.buffer, room.at, places.bytes / 8);
    this.#ints = new Int32Array(room.memory.buffer, room.at, places.bytes / 4);
    this.#position = this.#vector(places.point);
    this.#gradient = this.#vector(places.point + 3 * places.vector);
    this.#layOut(room.at);
  }

  move(point: PhasePoint, stepSize: number, random: Random): Transition {
    const [{ hamiltonian }, floats, ints, told] = [this, this.#floats, this.#ints, this.#told];
    this.#take(hamiltonian.metric as DiagonalMetric);
    this.#position.set(point.position);
    this.#gradient.set(point.gradient);
    const value = (this.#places.point + 4 * this.#places.vector) / 8;
    floats[value] = point.potential;
    floats[at.stepSize / 8] = stepSize;
    random.lend(ints, floats, at);
    this.#run();
    random.takeBack(ints, floats, at);
    point.position.set(this.#position);
    point.gradient.set(this.#gradient);
    point.potential = floats[value] as number;

    told.steps = ints[at.steps / 4] as number;
    told.depth = ints[at.depth / 4] as number;
    told.diverging = ints[at.diverging / 4] !== 0;
    told.energy = floats[at.energy / 8] as number;
    told.acceptance = (floats[at.acceptance / 8] as number) / told.steps;
    hamiltonian.steps += told.steps;
    this.lost = ints[at.lost / 4] === 0 ? undefined : this.#moving();
    return told;
  }

  /** Where the trajectory was when it ended. */
  #moving(): Float64Array {
    const { forward, backward } = this.#places;
    const isForward = this.#ints[at.moving / 4] === this.#floats.byteOffset + forward;
    return this.#vector(isForward ? forward : backward).slice();
  }

  #vector(place: number): Float64Array {
    return this.#floats.subarray(place / 8, place / 8 + this.#places.size);
  }

  #take(metric: DiagonalMetric): void {
    if (this.#metric === metric) return;
    this.#metric = metric;
    metric.write(this.#vector(this.#places.variance), this.#vector(this.#places.scale));
  }

  /** Each stretch has two ends and a point of its own, which stretches exchange. */
  #layOut(room: number): void {
    const { whole, stretchBytes, vector, bytes } = this.#places;
    this.#ints.fill(0);
    for (let place = whole; place < bytes; place += stretchBytes) {
      const ends = place + stretchAt.sum + vector;
      this.#ints[(place + stretchAt.first) / 4] = room + ends;
      this.#ints[(place + stretchAt.last) / 4] = room + ends + 2 * vector;
      this.#ints[(place + stretchAt.draw) / 4] = room + ends + 4 * vector;
    }
  }
}
