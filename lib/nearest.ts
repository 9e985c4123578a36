/**
 * The known name that a mistyped one most likely means, the first of those that are equally near; undefined where
 * none is close. `tolerance` is the share of its letters that may be wrong.
 */
export function nearest(name: string, known: Iterable<string>, tolerance = 0.5): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length * tolerance)) + 0.5;
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

/** Letters that are wrong, missing, too many or, two neighbours, in each other's place. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
