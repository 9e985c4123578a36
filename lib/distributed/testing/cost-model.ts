/**
 * What an allreduce costs on paper (Thakur, Rabenseifner and Gropp, 2005): a message of n bytes takes α + n·β, the
 * reduction of its numbers counted with β. Recursive doubling sends everything in each of log2 p rounds; the ring sends
 * a p-th part in each of 2(p - 1). An MPI takes what is quicker.
 */
export interface Link {
  /** Microseconds before the first byte. */
  readonly latency: number;
  /** Microseconds a byte. */
  readonly perByte: number;
}

export function recursiveDoubling(ranks: number, bytes: number, { latency, perByte }: Link): number {
  return Math.ceil(Math.log2(ranks)) * (latency + bytes * perByte);
}

export function ring(ranks: number, bytes: number, { latency, perByte }: Link): number {
  return 2 * (ranks - 1) * latency + 2 * ((ranks - 1) / ranks) * bytes * perByte;
}

export function allreduceMicros(ranks: number, bytes: number, link: Link): number {
  return ranks < 2 ? 0 : Math.min(recursiveDoubling(ranks, bytes, link), ring(ranks, bytes, link));
}

/** What ranks agree on before gradients travel: five float64. */
const AGREEMENT = 40;

/** A step's share of communication. */
export function stepMicros(ranks: number, bytes: number, link: Link): number {
  return allreduceMicros(ranks, AGREEMENT, link) + allreduceMicros(ranks, bytes, link);
}

export interface Point {
  readonly bytes: number;
  readonly micros: number;
}

/** Of two ranks: least squares of the relative errors. */
export function fitLink(points: readonly Point[]): Link {
  let [ww, wb, bb, wt, bt] = [0, 0, 0, 0, 0];
  for (const { bytes, micros } of points) {
    const weight = 1 / micros ** 2;
    ww += weight;
    wb += weight * bytes;
    bb += weight * bytes * bytes;
    wt += weight * micros;
    bt += weight * bytes * micros;
  }
  const determinant = ww * bb - wb * wb;
  return { latency: (wt * bb - wb * bt) / determinant, perByte: (ww * bt - wb * wt) / determinant };
}

/** Relative errors of the model at measured points. */
export function errorsOf(points: readonly Point[], ranks: number, link: Link): number[] {
  return points.map(({ bytes, micros }) => Math.abs(allreduceMicros(ranks, bytes, link) / micros - 1));
}
