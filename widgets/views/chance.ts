/**
 * Between which counts a binomial of `n` trials of probability `p` lies with probability `prob` at least, as much of the
 * rest below as above.
 */
export function chanceBand(n: number, p: number, prob = 0.95): [number, number] {
  if (n <= 0) return [0, 0];
  if (p <= 0) return [0, 0];
  if (p >= 1) return [n, n];
  const tail = (1 - prob) / 2;
  // From the mode outwards, where nothing underflows; then scaled to sum to 1.
  const mass = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  mass[mode] = 1;
  for (let k = mode + 1; k <= n; k++) mass[k] = (mass[k - 1] ?? 0) * odds * ((n - k + 1) / k);
  for (let k = mode - 1; k >= 0; k--) mass[k] = ((mass[k + 1] ?? 0) * (k + 1)) / ((n - k) * odds);
  const total = mass.reduce((sum, one) => sum + one, 0);
  let [low, below] = [0, (mass[0] ?? 0) / total];
  while (below <= tail && low < n) below += (mass[++low] ?? 0) / total;
  let [high, above] = [n, (mass[n] ?? 0) / total];
  while (above <= tail && high > 0) above += (mass[--high] ?? 0) / total;
  return [low, high];
}
