import type { ViewOptions } from "../views/svg.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import type { Studio } from "./static.ts";

/** A picture of what came out. It does not change any more: a front end gets it as an image. */
export class ResultView extends Shown {
  readonly #text: string;
  readonly #draw: (views: Studio["views"], options: ViewOptions) => Element;

  constructor(
    text: string,
    { width, theme }: ShowOptions,
    draw: (views: Studio["views"], options: ViewOptions) => Element,
  ) {
    super({ ...(width !== undefined && { width }), ...(theme !== undefined && { theme }) });
    this.#text = text;
    this.#draw = draw;
  }

  override plain(): string {
    return this.#text;
  }

  protected override draw({ views, document }: Studio): Element {
    return this.#draw(views, { document, ...this.options });
  }
}

/** A few names, and how many more. */
export function listed(names: readonly string[]): string {
  const few = names.slice(0, 6).join(", ");
  return names.length > 6 ? `${few} and ${names.length - 6} more` : few || "nothing";
}
