import type { Cell } from "../convert/notebook.ts";
import { writeObservable } from "../convert/observable-html.ts";

interface Entry {
  readonly page: string;
  readonly title: string;
  /** Whether it was written for pages, and is no notebook of the course. */
  readonly made: boolean;
}

const linkTo = ({ page, title }: Entry): string => `- [${title.replace(/[[\]]/g, "\\$&")}](./${page})`;

/** The page that leads to the others. */
export function gallery(entries: readonly Entry[]): string {
  const part = (heading: string, made: boolean) => {
    const own = entries.filter((entry) => entry.made === made);
    return own.length === 0 ? "" : `## ${heading}\n\n${own.map(linkTo).join("\n")}`;
  };
  const source = [
    "# Probabilistic programs in a page",
    "Each page below trains its models in your browser: nothing is installed, nothing is sent anywhere.",
    part("The course", false),
    part("With sliders", true),
  ].join("\n\n");
  const cell: Cell = { id: "gallery", kind: "markdown", source, tags: [] };
  return writeObservable({ title: "Probabilistic programs in a page", cells: [cell] });
}
