/** How a notebook hears of ranks that a cell has launched, and what it knows of the cell's code. */

/** News of all ranks together, as `svi.subscribe` gives it of one run. */
export interface LaunchNews {
  readonly step: number;
  readonly total: number;
  readonly loss?: number;
  readonly rate: number;
  readonly left?: number;
  readonly done: boolean;
}

/** The losses of one rank; the first rank's tells the news of all. */
export interface RankLosses {
  readonly losses: Float32Array;
  subscribe(listener: (news: LaunchNews) => void): () => void;
}

type Listener = (ranks: readonly RankLosses[]) => void;
const listeners = new Set<Listener>();

/** Be told of ranks whose first losses have come; returns a function that ends that. */
export function onLaunch(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function announceLaunch(ranks: readonly RankLosses[]): void {
  for (const listener of listeners) listener(ranks);
}

/** Losses that come in pieces. */
export class RankCurve implements RankLosses {
  #values = new Float32Array(1024);
  #length = 0;
  readonly #listeners = new Set<(news: LaunchNews) => void>();

  get losses(): Float32Array {
    return this.#values.subarray(0, this.#length);
  }

  /** Steps that were taken back are written over: `at` says where these losses begin. */
  put(at: number, values: Float32Array): void {
    const length = at + values.length;
    if (length > this.#values.length) {
      const larger = new Float32Array(2 ** Math.ceil(Math.log2(length)));
      larger.set(this.losses);
      this.#values = larger;
    }
    this.#values.set(values, at);
    this.#length = length;
  }

  tell(news: LaunchNews): void {
    for (const listener of [...this.#listeners]) listener(news);
  }

  subscribe(listener: (news: LaunchNews) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** What only a notebook knows of the functions of its cells. */
export interface SourceReader {
  /** What a function uses, by its text, that ranks do not have: variables of cells, as a person writes them. */
  captured(source: string): readonly string[];
  /** Code that stands before a cell's function where it runs without its notebook. */
  readonly preamble: string;
}

let reader: SourceReader | undefined;

/** Install what reads functions of cells; returns a function that takes it away again. */
export function setSourceReader(next: SourceReader): () => void {
  const before = reader;
  reader = next;
  return () => {
    reader = before;
  };
}

export function sourceReader(): SourceReader | undefined {
  return reader;
}
