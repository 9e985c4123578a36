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
    attributes += ` ${key}="${escapeMarkup(value)}"`;
  }
  if (voidElements.has(name)) return `<${name}${attributes}/>`;
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

const voidElements = new Set(["img", "br", "hr", "input", "col"]);
