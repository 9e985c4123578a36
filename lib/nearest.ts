/** The known name that a mistyped one most likely means; undefined where none is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 2)) + 0.5;
  for (const candidate of known) {
    const distance =
      editDistance(name.toLowerCase(), candidate.toLowerCase()) + (name === candidate ? 0 : 0.1);
    // A name of one letter is near to every other one: only its capital counts.
    const close = Math.max(name.length, candidate.length) > 1 ? distance : distance * 2;
    if (close < least && distance < candidate.length) {
      least = close;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
