import { openStudio } from "../host/static.ts";
import { serialize } from "../views/serialize.ts";
import type { ViewOptions } from "../views/svg.ts";

/** The view's picture as text that a snapshot can hold: ids that count drawings of a process are made equal. */
export async function drawn<D>(
  view: (data: D, options: ViewOptions) => Element,
  data: D,
  options: Omit<ViewOptions, "document"> = {},
): Promise<string> {
  const { document } = await openStudio();
  const text = serialize(view(data, { document, ...options }));
  const ids = new Map<string, string>();
  const plain = text.replace(/plot-clip-\d+/g, (id) => {
    const known = ids.get(id) ?? `clip-${ids.size + 1}`;
    ids.set(id, known);
    return known;
  });
  return `${plain.replaceAll("><", ">\n<")}\n`;
}

export const attack = "<img src=x onerror=alert(1)>\"'&\\N</title>";

/** Nothing of the attack has become markup: only its text is there. */
export function isHarmless(markup: string): boolean {
  return (
    !markup.includes("<img src=x") &&
    !/\son\w+=/.test(markup.replace(/"[^"]*"/g, '""').replace(/>[^<]*</g, "><"))
  );
}
