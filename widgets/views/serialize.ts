import { cleanText } from "./text.ts";

/**
 * An element as markup that is valid both as XML (inside an `<img>`, for the PNG renderer) and as HTML.
 * The DOM used in Node writes `<` and `&` of attributes as they are, which is neither.
 */
export function serialize(node: Node): string {
  if (node.nodeType === 3) return escapeMarkup(node.nodeValue ?? "");
  if (node.nodeType !== 1) return "";
  const element = node as Element;
  const name = element.localName;
  let attributes = "";
  for (const { name: key, value } of Array.from(element.attributes)) {
    attributes += ` ${key}="${escapeMarkup(geometric.has(key) ? rounded(value) : value)}"`;
  }
  if (voidElements.has(name) && element.childNodes.length === 0) return `<${name}${attributes}/>`;
  let content = "";
  for (const child of Array.from(element.childNodes)) content += serialize(child);
  return `<${name}${attributes}>${content}</${name}>`;
}

export function escapeMarkup(text: string): string {
  return cleanText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Two decimals of a pixel are enough, and half the size. */
function rounded(value: string): string {
  return value.replace(/-?\d*\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));
}

const geometric = new Set([
  "d",
  "transform",
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "cx",
  "cy",
  "width",
  "height",
]);
/** Elements that are closed in their own tag: HTML's that must be, and SVG's shapes, which have no content. */
const voidElements = new Set([
  "img",
  "br",
  "hr",
  "input",
  "col",
  "line",
  "path",
  "rect",
  "circle",
  "ellipse",
]);
