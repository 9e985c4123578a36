import type { Cell } from "../convert/notebook.ts";
import { writeObservable } from "../convert/observable-html.ts";

/** Parts of the gallery, with their headings. */
export const PARTS = {
  course: "The course",
  sliders: "With sliders",
  elsewhere: "In pages of your own",
} as const;
export type Part = keyof typeof PARTS;

export interface Entry {
  readonly page: string;
  readonly title: string;
  readonly part: Part;
}

const linkTo = ({ page, title }: Entry): string => `- [${title.replace(/[[\]]/g, "\\$&")}](./${page})`;

/** The page that leads to the others. */
export function gallery(entries: readonly Entry[]): string {
  const parts = (Object.keys(PARTS) as Part[]).flatMap((part) => {
    const own = entries.filter((entry) => entry.part === part);
    return own.length === 0 ? [] : [`## ${PARTS[part]}\n\n${own.map(linkTo).join("\n")}`];
  });
  const source = [
    "# Probabilistic programs in a page",
    "Each page below trains its models in your browser: nothing is installed, nothing is sent anywhere.",
    ...parts,
  ].join("\n\n");
  const cell: Cell = { id: "gallery", kind: "markdown", source, tags: [] };
  return writeObservable({ title: "Probabilistic programs in a page", cells: [cell] });
}
