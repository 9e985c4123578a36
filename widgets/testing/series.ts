/** Fixed series for pictures: a falling loss with noise, the same on every machine. */
export function fallingLoss(
  length: number,
  { start = 20, end = 7, decay = length / 6, noise = 0.6, seed = 1 } = {},
): Float32Array {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length }, (_, i) => {
    const wobble = random() + random() + random();
    return Math.fround(end + start / (1 + i / decay) ** 2 + noise * wobble);
  });
}
