import { mimeBundle } from "../../execute/mime.ts";

/** What a value shows, the style sheet and colours taken away. */
export async function shown(value: unknown): Promise<{ text: string; html: string | undefined }> {
  const bundle = await mimeBundle(value);
  const html = bundle["text/html"];
  return {
    text: String(bundle["text/plain"]),
    html: typeof html === "string" ? bare(html) : undefined,
  };
}

/** HTML without the sheet, without spans and with pictures as their captions. */
export function bare(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/^<div class="tspyro-value">(.*)<\/div>$/s, "$1")
    .replace(/<img [^>]*alt="([^"]*)"[^>]*>/g, "<img $1>")
    .replace(/<\/?span[^>]*>/g, "")
    .replace(/ name="[0-9a-f-]{36}"/g, "")
    .replaceAll("&quot;", '"');
}
