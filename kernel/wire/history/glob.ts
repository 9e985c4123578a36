/**
 * Whether the whole of `text` matches a pattern of `*`, `?` and `[a-z]`, as SQLite's GLOB does for ipykernel. Written as
 * a walk that goes back to the latest star only: a regular expression would take for ever on `*a*a*a*b`.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  const parts = piecesOf(pattern);
  const characters = [...text];
  let [at, part] = [0, 0];
  let back: { at: number; part: number } | undefined;
  while (at < characters.length) {
    const piece = parts[part];
    if (piece === star) back = { at, part: ++part };
    else if (piece?.(characters[at] ?? "")) {
      at++;
      part++;
    } else if (back === undefined) return false;
    else {
      back.at++;
      ({ at, part } = back);
    }
  }
  return parts.slice(part).every((piece) => piece === star);
}

type Piece = (character: string) => boolean;

const star: Piece = () => true;
const any: Piece = () => true;

function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [token] of pattern.matchAll(/\[\^?\]?[^\]]*\]|[\s\S]/gu)) {
    if (token === "*") pieces.push(star);
    else if (token === "?") pieces.push(any);
    else if (token.length > 2 && token.startsWith("[")) pieces.push(classOf(token.slice(1, -1)));
    else pieces.push((character) => character === token);
  }
  return pieces;
}

/** `a-z_` or, with `^` in front, all but these. */
function classOf(body: string): Piece {
  const negated = body.startsWith("^");
  const members = [...(negated ? body.slice(1) : body).matchAll(/([\s\S])-([\s\S])|[\s\S]/gu)];
  return (character) =>
    negated !==
    members.some(([single, from, to]) =>
      from === undefined || to === undefined ? character === single : from <= character && character <= to,
    );
}
