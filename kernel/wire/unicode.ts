/** Jupyter counts code points where JavaScript counts UTF-16 code units: every emoji makes a difference of one. */

/** Code units of `text` before its code point number `points`. */
export function unitsBefore(text: string, points: number): number {
  let units = 0;
  for (let seen = 0; seen < points && units < text.length; seen++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}

/** Code points in the first `units` code units of `text`. */
export function pointsBefore(text: string, units: number): number {
  let points = 0;
  for (let at = 0; at < Math.min(units, text.length); points++) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return points;
}
