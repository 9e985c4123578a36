import { movedHyper, same } from "./batch.ts";
import type { Hyper } from "./hyper.ts";
import type { StepCursor } from "./pure-step.ts";
import type { HostNumbers } from "./rule.ts";
import type { ParamState } from "./state.ts";

interface Track {
  readonly state: ParamState;
  /** An earlier one whose numbers are the same now, and therefore for ever. */
  readonly twin: Track | undefined;
  step: number;
  host: HostNumbers;
  before: HostNumbers;
  hyper: Hyper;
}

/** The numbers of one step after the other, in the order of `PureStep.scalarNames`. */
export class NumberStream {
  readonly #tracks: Track[];
  readonly #rateScale: () => number;
  readonly #written: number[] = [];
  #scale: number;
  #taken: number;

  constructor(
    batches: readonly { readonly state: ParamState; readonly step: number; readonly host: HostNumbers }[],
    taken: number,
    rateScale: () => number,
  ) {
    this.#rateScale = rateScale;
    this.#scale = rateScale();
    this.#taken = taken;
    this.#tracks = [];
    for (const { state, step, host } of batches) {
      const hyper = movedHyper(state, this.#scale);
      const twin = this.#tracks.find(
        (other) =>
          other.twin === undefined &&
          other.state.rule === state.rule &&
          other.step === step &&
          same(other.hyper, hyper) &&
          same(other.host, host) &&
          same(other.state.schedule, state.schedule),
      );
      this.#tracks.push({ state, twin, step, host, before: host, hyper });
    }
  }

  /** Go one step on, and write those of its numbers that are others than were written last. */
  advance(write: (position: number, value: number) => void): void {
    const scale = this.#rateScale();
    let position = 0;
    for (const track of this.#tracks) {
      if (scale !== this.#scale) track.hyper = movedHyper(track.state, scale);
      track.before = track.host;
      track.step++;
      const host = track.twin?.host ?? track.state.rule.host(track.hyper, track.step, track.before);
      track.host = host;
      for (const key in host) {
        const value = host[key] as number;
        if (!Object.is(this.#written[position], value)) {
          this.#written[position] = value;
          write(position, value);
        }
        position++;
      }
    }
    this.#scale = scale;
    this.#taken++;
  }

  /** The step was not taken. */
  back(): void {
    for (const track of this.#tracks) {
      track.step--;
      track.host = track.before;
    }
    this.#taken--;
  }

  get cursor(): StepCursor {
    const batches = this.#tracks.map(({ step, host }) => ({ step, host }));
    return {
      taken: this.#taken,
      numbers: Float64Array.from(batches.flatMap(({ host }) => Object.values(host))),
      batches,
    };
  }
}
