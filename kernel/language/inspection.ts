import ts from "#typescript";
import { wordsBehind } from "./class-behind.ts";
import { declarationSource, type SourceContext } from "./declaration-source.ts";
import { safeMarkdown } from "./safe-markdown.ts";
import type { Inspection } from "./types.ts";

export interface InspectionContext extends SourceContext {
  readonly path: string;
  readonly code: string;
  readonly offset: number;
  readonly detail: 0 | 1;
}

/** The thing at the cursor; inside the parentheses of a call, where nothing else stands, the function called. */
export function inspection(context: InspectionContext, cursor: number): Inspection | null {
  return nameAt(context, cursor) ?? nameAt(context, cursor - 1) ?? callAt(context, cursor);
}

function nameAt(context: InspectionContext, cursor: number): Inspection | null {
  const { service, path, code, offset, detail } = context;
  if (cursor < 0 || !/[\p{ID_Continue}$]/u.test(code.charAt(cursor))) return null;
  const info = service.getQuickInfoAtPosition(path, offset + cursor);
  if (info === undefined || info.kind === ts.ScriptElementKind.warning) return null;
  const start = Math.max(0, info.textSpan.start - offset);
  const head = signature(info.displayParts);
  // What TypeScript says of a name that nobody has.
  if (head === "any") return null;
  const source = detail === 1 ? declarationSource(context, path, offset + cursor) : undefined;
  return {
    data: bundle(head, words(info.documentation, context, offset + cursor), info.tags, source),
    start,
    end: Math.min(code.length, start + info.textSpan.length),
  };
}

function callAt(context: InspectionContext, cursor: number): Inspection | null {
  const { service, path, offset } = context;
  const help = service.getSignatureHelpItems(path, offset + cursor, undefined);
  if (help === undefined) return null;
  const chosen = help.items[help.selectedItemIndex] ?? help.items[0];
  if (chosen === undefined) return null;
  const all = [chosen, ...help.items.filter((item) => item !== chosen)]
    .slice(0, 6)
    .map(signatureOf)
    .join("\n");
  const parameters = chosen.parameters.filter((one) => one.documentation.length > 0);
  const tags = parameters.map((one) => ({
    name: "param",
    text: [text(`${one.name} ${joined(one.documentation)}`)],
  }));
  const start = Math.max(0, help.applicableSpan.start - offset);
  // Before the parenthesis.
  const callee = help.applicableSpan.start - 2;
  return {
    data: bundle(all, words(chosen.documentation, context, callee), tags),
    start,
    end: start + help.applicableSpan.length,
  };
}

function words(
  own: readonly ts.SymbolDisplayPart[] | undefined,
  { service, path }: InspectionContext,
  position: number,
): readonly ts.SymbolDisplayPart[] {
  return own !== undefined && own.length > 0 ? own : wordsBehind(service, path, position);
}

function signatureOf(item: ts.SignatureHelpItem): string {
  const between = joined(item.separatorDisplayParts);
  const parameters = item.parameters.map((one) => joined(one.displayParts)).join(between);
  return joined(item.prefixDisplayParts) + parameters + joined(item.suffixDisplayParts);
}

/** Earlier cells and the prelude come in by imports that the reader did not write: those words are taken out. */
function signature(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return joined(parts)
    .replace(/^\(alias\) /, "")
    .replace(/\n(?:import|export) [^\n]+$/, "")
    .replace(/^const (\w+): (?:\w+\.)*Callable<typeof \w+>$/, "class $1")
    .replace(/^module "[^"]*\/node_modules\/([^"]+)"$/, 'module "$1"');
}

function bundle(
  head: string,
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
  source?: string,
): Inspection["data"] {
  const told = joined(documentation);
  const plainTags = (tags ?? []).map((tag) => `@${tag.name} ${joined(tag.text)}`.trim());
  const markedTags = (tags ?? []).map(markdownTag);
  return {
    "text/plain": [head, told, plainTags.join("\n"), source].filter(Boolean).join("\n\n"),
    "text/markdown": [fenced(head), safeMarkdown(told), markedTags.join("\n\n"), source && fenced(source)]
      .filter(Boolean)
      .join("\n\n"),
  };
}

function markdownTag(tag: ts.JSDocTagInfo): string {
  const words = joined(tag.text);
  if (tag.name === "example")
    return `*Example*\n\n${words.includes("```") ? safeMarkdown(words) : fenced(words)}`;
  if (tag.name === "param") return `*param* ${safeMarkdown(words.replace(/^(\S+)/, "`$1`"))}`;
  return `*${tag.name}* ${safeMarkdown(words)}`;
}

function fenced(code: string): string {
  const runs = [...code.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}typescript\n${code}\n${fence}`;
}

function joined(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? []).map((part) => part.text).join("");
}

function text(words: string): ts.SymbolDisplayPart {
  return { kind: "text", text: words };
}
