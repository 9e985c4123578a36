/**
 * Words of a library's documentation as Markdown that runs nothing: HTML stands there as text, and of links only those
 * to the web lead anywhere. Front ends clean what they show, too, but each in a way of its own.
 */

/** A link, or the definition of one, that leads elsewhere than to the web or within the page. */
const elsewhere = /\](?=\(|:)(?!(?:\(|:)\s*<?(?:https?:\/\/|mailto:|#))/gi;

const quoted = (text: string) => text.replace(/<(?=[a-z/!?])/gi, "&lt;").replace(elsewhere, "]\\");

/** A fence that stands in a list or a quotation, which may end before it does. */
const nested = /^[ \t>*+\d.)-]+(?:```|~~~)/m;
const opening = /^(`{3,}|~{3,})[^`]*$/;

export function safeMarkdown(words: string): string {
  if (nested.test(words)) return quoted(words);
  const lines: string[] = [];
  let paragraph: string[] = [];
  let fence: string | undefined;
  const flush = () => {
    if (paragraph.length > 0) lines.push(paragraphOf(paragraph.join("\n")));
    paragraph = [];
  };
  for (const line of words.split(/\r\n?|\n/)) {
    if (fence === undefined) {
      fence = opening.exec(line)?.[1];
      if (fence === undefined) {
        paragraph.push(line);
        continue;
      }
      flush();
    } else if (new RegExp(`^ {0,3}${fence}${fence[0]}*[ \\t]*$`).test(line)) fence = undefined;
    lines.push(line);
  }
  flush();
  // What comes behind is not to be code, too.
  if (fence !== undefined) lines.push(fence);
  return lines.join("\n");
}

/** Code stays as it is where nobody can take it for anything else: between single backticks in one line. */
function paragraphOf(text: string): string {
  const plain = text.split("\n").every((line) => (line.match(/`/g)?.length ?? 0) % 2 === 0);
  if (!plain || /``|\\`/.test(text)) return quoted(text);
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, i) => (i % 2 === 0 ? quoted(part) : part))
    .join("");
}
