/**
 * Text in pictures: how wide it is, where no canvas can measure it, and how a long name is shortened.
 * Widths are those of a wide sans-serif (DejaVu Sans), so that every narrower font fits as well.
 */

const narrow = new Set("iljtfr.,:;'|!()[]{}I/ \\-");
const wide = new Set("mwMW@%—−±≈<>=+~#&×");

/** Width in pixels of `text` at `size` pixels, an upper estimate for common fonts. */
export function textWidth(text: string, size: number, bold = false): number {
  let units = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (narrow.has(character)) units += 0.39;
    else if (wide.has(character)) units += 0.9;
    else if (code >= 0x1100) units += 1;
    else if (character >= "A" && character <= "Z") units += 0.7;
    else units += 0.62;
  }
  return units * size * (bold ? 1.13 : 1);
}

/** `text` cut in its middle to at most `limit` characters (code points). */
export function shorten(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = Math.ceil((limit - 1) * 0.6);
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (limit - 1 - head)).join("")}`;
}

/** Without what XML cannot hold (control characters, lone surrogates): shown as a replacement character. */
export function cleanText(text: string): string {
  return text.replace(unfit, "\ufffd");
}

const unfit =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must go
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
