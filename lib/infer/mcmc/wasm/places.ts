/** Where a NUTS trajectory keeps its numbers: byte offsets from the beginning of its room. */

/** Numbers of a program's memory that belong to a trajectory. */
export interface Places {
  /** Numbers of a position. */
  readonly size: number;
  /** Bytes of one vector of float64, in pairs: what is beyond `size` stays 0. */
  readonly vector: number;
  /** Bytes of a point: position, momentum, velocity, gradient, potential. */
  readonly pointBytes: number;
  readonly variance: number;
  readonly scale: number;
  readonly point: number;
  readonly forward: number;
  readonly backward: number;
  readonly whole: number;
  readonly fresh: number;
  /** One for each depth. */
  readonly second: number;
  readonly stretchBytes: number;
  /** Bytes in all. */
  readonly bytes: number;
}

/** Single numbers at the beginning of the room. */
export const at = {
  counter: 0,
  spare: 8,
  key: 16,
  depth: 24,
  steps: 28,
  diverging: 32,
  lost: 36,
  moving: 40,
  stepSize: 48,
  begin: 56,
  acceptance: 64,
  energy: 72,
} as const;
const SINGLES = 80;

/** Members of a stretch: the addresses of its ends and of the point that was drawn from it, numbers, and a vector. */
export const stretchAt = { first: 0, last: 4, draw: 8, energy: 16, logWeight: 24, sum: 32 } as const;

export function placesOf(size: number, maxDepth: number): Places {
  const vector = 16 * Math.ceil(size / 2);
  const pointBytes = 4 * vector + 16;
  const stretchBytes = stretchAt.sum + vector + 4 * vector + pointBytes;
  const variance = SINGLES;
  const scale = variance + vector;
  const point = scale + vector;
  const forward = point + pointBytes;
  const backward = forward + pointBytes;
  const whole = backward + pointBytes;
  const fresh = whole + stretchBytes;
  const second = fresh + stretchBytes;
  const bytes = second + maxDepth * stretchBytes;
  return {
    ...{ size, vector, pointBytes, variance, scale, point, forward, backward },
    ...{ whole, fresh, second, stretchBytes, bytes },
  };
}
