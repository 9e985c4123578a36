import * as tf from "@tensorflow/tfjs-core";
import type { Course, Panel } from "../views/course.ts";
import { meanAndSd } from "../views/moments.ts";
import { hasFunction, type OptimizerSource, type StoreSource } from "./sources.ts";
import { thinned } from "./thinned.ts";

/** A parameter of so many elements has a line for each of them; of more, the mean and the deviation are drawn. */
const few = 3;
/** Panels of parameters, and lines in a panel. */
const [panels, lines] = [8, 4];

interface Rate {
  readonly step: number;
  readonly lr: number;
}

interface Point {
  readonly step: number;
  /** Of each element, or of all of them together. */
  readonly values: readonly number[];
  readonly sd: number;
  readonly scalar: boolean;
}

/** How parameters, their gradients and their rates went, as far as somebody looked. */
export class Courses {
  readonly #store: Pick<StoreSource, "get">;
  readonly #optimizer: OptimizerSource | undefined;
  #points = new Map<string, Point[]>();
  #rates = new Map<string, Rate[]>();
  /** Apart from the points: few of them have one. */
  readonly #norms = new Map<string, { step: number; norm: number }[]>();
  #last = 0;

  constructor(store: Pick<StoreSource, "get">, optimizer: object | undefined) {
    this.#store = store;
    this.#optimizer = hasFunction(optimizer, "look") ? (optimizer as unknown as OptimizerSource) : undefined;
  }

  /** @param step how many steps have been taken; nothing is looked at twice */
  look(step: number): void {
    const seen = this.#seen();
    if (seen === undefined || step === 0) return;
    if (step < this.#last) {
      for (const known of [this.#points, this.#rates, this.#norms]) known.clear();
    }
    this.#last = step;
    const drawn = withPanels([...seen.keys()]);
    for (const [name, { lr, gradNorm }] of seen) {
      add(this.#rates, name, { step, lr });
      if (gradNorm !== undefined) add(this.#norms, name, { step, norm: gradNorm });
      if (!drawn.has(name)) continue;
      const read = tf.tidy(() => {
        const value = this.#store.get(name);
        return value && { rank: value.rank, values: value.dataSync() };
      });
      if (read === undefined) continue;
      const { values, sd } = read.values.length <= few ? each(read.values) : together(read.values);
      add(this.#points, name, { step, values, sd, scalar: read.rank === 0 });
    }
  }

  /** Nothing where parameters have just been cleared under a run: a picture is no reason to fail. */
  #seen(): ReturnType<OptimizerSource["look"]> | undefined {
    try {
      return this.#optimizer?.look();
    } catch {
      return undefined;
    }
  }

  /** One line where all parameters have the same rate. */
  rates(): Course[] {
    const known: { readonly name: string; readonly points: readonly Rate[]; names: number }[] = [];
    for (const [name, points] of this.#rates) {
      const same = known.find((one) => sameRates(one.points, points));
      if (same === undefined) known.push({ name, points, names: 1 });
      else same.names++;
    }
    return known.slice(0, lines).map(({ name, points, names }) => ({
      ...courseOf(name, points, ({ lr }) => lr),
      ...(names > 1 && { name: `${plain(name)} and ${names - 1} more` }),
    }));
  }

  /** One line for each parameter if there are few, else the norm of all gradients together. */
  gradients(): Course[] {
    const known = [...this.#norms];
    if (known.length <= lines) return known.map(([name, norms]) => courseOf(name, norms, ({ norm }) => norm));
    const squares = new Map<number, number>();
    for (const { step, norm } of known.flatMap(([, norms]) => norms))
      squares.set(step, (squares.get(step) ?? 0) + norm ** 2);
    const steps = [...squares.keys()].sort((a, b) => a - b);
    const norms = steps.map((step) => Math.sqrt(squares.get(step) ?? 0));
    return [{ name: "all parameters", steps: Float64Array.from(steps), values: Float32Array.from(norms) }];
  }

  /** A panel for each parameter; a location and its scale share one. */
  params(): { panels: Panel[]; more: number } {
    const all: { readonly panel: () => Panel; readonly names: number }[] = [];
    const scales = new Map<string, string>();
    for (const [name, points] of this.#points) {
      const partner = scaleOf(name);
      const own = partner === undefined ? undefined : this.#points.get(partner);
      if (partner !== undefined && own !== undefined && sameSize(points, own)) scales.set(name, partner);
    }
    const taken = new Set(scales.values());
    for (const [name, points] of this.#points) {
      if (taken.has(name)) continue;
      const scale = scales.get(name);
      const title = scale === undefined ? plain(name) : `${plain(name)} ± ${lastPart(scale)}`;
      all.push({
        panel: () => ({ title, courses: this.#courses(name, points, scale) }),
        names: scale === undefined ? 1 : 2,
      });
    }
    const shown = all.slice(0, panels);
    const more = this.#rates.size - shown.reduce((sum, { names }) => sum + names, 0);
    return { panels: shown.map(({ panel }) => panel()), more };
  }

  #courses(name: string, points: readonly Point[], scale: string | undefined): Course[] {
    const first = points[0];
    if (first === undefined) return [];
    const bands = scale === undefined ? undefined : this.#points.get(scale);
    return first.values.map((_, i) => {
      const course = courseOf(first.scalar ? plain(name) : `[${i}]`, points, ({ values }) => values[i]);
      if (bands !== undefined) {
        const at = new Map(bands.map((point) => [point.step, point.values[i]]));
        const spread = Float32Array.from(points, ({ step }) => at.get(step) ?? Number.NaN);
        return { ...course, spread };
      }
      if (first.sd === 0 && points.every(({ sd }) => sd === 0)) return course;
      return { ...course, spread: Float32Array.from(points, ({ sd }) => sd) };
    });
  }
}

function add<P extends { readonly step: number }>(all: Map<string, P[]>, name: string, point: P): void {
  all.set(name, thinned(all.get(name) ?? [], point));
}

/** The parameters of the first panels: with many, most have none and need not be read. */
function withPanels(names: readonly string[]): ReadonlySet<string> {
  const all = new Set(names);
  const drawn = new Set<string>();
  let count = 0;
  for (const name of names) {
    if (drawn.has(name)) continue;
    if (count++ === panels) break;
    drawn.add(name);
    const scale = scaleOf(name);
    if (scale !== undefined && all.has(scale)) drawn.add(scale);
  }
  return drawn;
}

function sameRates(a: readonly Rate[], b: readonly Rate[]): boolean {
  return a.length === b.length && a.every(({ step, lr }, i) => step === b[i]?.step && lr === b[i]?.lr);
}

function courseOf<P extends { readonly step: number }>(
  name: string,
  points: readonly P[],
  pick: (point: P) => number | undefined,
): Course {
  return {
    name: plain(name),
    steps: Float64Array.from(points, ({ step }) => step),
    values: Float32Array.from(points, (point) => pick(point) ?? Number.NaN),
  };
}

/** The name that a guide gives the scale of this location: "loc" and "scale", "AutoNormal.locs.x" and "AutoNormal.scales.x". */
function scaleOf(name: string): string | undefined {
  const at = name.lastIndexOf("loc");
  return at < 0 ? undefined : `${name.slice(0, at)}scale${name.slice(at + 3)}`;
}

function sameSize(a: readonly Point[], b: readonly Point[]): boolean {
  const [x, y] = [a.at(-1), b.at(-1)];
  return x !== undefined && y !== undefined && x.values.length === y.values.length && x.sd + y.sd === 0;
}

function each(values: ArrayLike<number>): { values: number[]; sd: number } {
  return { values: Array.from(values), sd: 0 };
}

function together(values: ArrayLike<number>): { values: number[]; sd: number } {
  const { mean, sd } = meanAndSd(values, 0);
  return { values: [mean], sd };
}

function plain(name: string): string {
  return name.replaceAll("$$$", ".");
}

function lastPart(name: string): string {
  return plain(name).split(".").at(-1) ?? name;
}
