import type { OptionNames } from "../../lib/options.ts";
import { currentHost } from "./host.ts";
import { LiveView } from "./live-view.ts";
import type { RunNews } from "./sources.ts";
import { openStudio, type Studio, svgDataUrl, toPng } from "./static.ts";
import {
  type Control,
  type DisplayContext,
  displaySymbol,
  liveSymbol,
  type MimeBundle,
  type Showable,
  type Tools,
  type ViewCommand,
} from "./types.ts";

export interface ShowOptions {
  /** Width in CSS pixels. */
  width?: number;
  /** Of the static picture; live views follow the theme of the page. */
  theme?: "light" | "dark";
}

export const showOptionNames: OptionNames<ShowOptions> = { width: true, theme: true };

/** What a live view is told: that its data changed, and how the run stands. */
export interface News {
  run?: RunNews;
  /** The event loop gets no turn: what is to be seen is to be sent now. */
  urgent?: boolean;
}

/** What a live view needs of what it shows. */
export interface LiveContent {
  /** Name of the view in the browser module. */
  readonly view: string;
  /** What acts on a run, or on the view, in the bar under it; with none there is no bar. */
  readonly controls: readonly Control[];
  /** What stands over it. A view with tools stays live, where a front end shows it, until a person settles it. */
  readonly tools?: Tools;
  /** The data of the view as it is now. */
  data(): unknown;
  /** The static output: what stays when nothing moves any more. */
  bundle(): Promise<MimeBundle>;
  plain(): string;
  subscribe(listener: (news: News) => void): () => void;
  /** A command for the view itself was given. */
  command?(command: ViewCommand): void;
}

/** Width of most pictures, in CSS pixels. */
const ROOMY = 680;
/** Nothing can be read in less. */
const NARROWEST = 280;

/**
 * A value that shows itself as a picture: live where a front end listens and there is something to watch,
 * otherwise as a static output. Subclasses say what is drawn.
 */
export abstract class Shown implements Showable {
  readonly #options: ShowOptions;
  #room: number | undefined;

  constructor(options: ShowOptions = {}) {
    this.#options = options;
  }

  protected get options(): ShowOptions {
    const { width = ROOMY } = this.#options;
    return this.#room === undefined || this.#room >= width
      ? this.#options
      : { ...this.#options, width: this.#room };
  }

  /** One line of text instead of the picture. */
  abstract plain(): string;
  protected abstract draw(studio: Studio): Element | Promise<Element>;
  protected live(): LiveContent | undefined {
    return undefined;
  }

  /** The picture as an SVG file. */
  async toSVG(): Promise<string> {
    const studio = await openStudio();
    return studio.views.serialize(await this.draw(studio));
  }

  /** The picture as a PNG file, two pixels to one CSS pixel. */
  async toPNG(): Promise<Uint8Array> {
    return toPng(await this.toSVG());
  }

  /** The picture as HTML that needs no script and survives in an untrusted notebook. */
  async toHTML(): Promise<string> {
    return imageTag(await openStudio(), await this.toSVG(), this.plain());
  }

  /** The static output in all forms. */
  async bundle(): Promise<MimeBundle> {
    const svg = await this.toSVG();
    const html = await this.toHTML();
    // The picture itself is there all the same.
    const png = await toPng(svg).catch(() => undefined);
    return {
      "text/html": html,
      ...(png === undefined ? {} : { "image/png": Buffer.from(png).toString("base64") }),
      "text/plain": this.plain(),
    };
  }

  get [liveSymbol](): boolean {
    return this.live() !== undefined;
  }

  /**
   * In the page of a browser (Observable): the picture as an element to show.
   * @param room CSS pixels that there are for it: it is drawn narrower then, and its letters keep their size
   */
  async toElement(room?: number): Promise<Element> {
    this.#room = room === undefined ? undefined : Math.max(NARROWEST, Math.floor(room));
    return this.draw(await openStudio());
  }

  /** Hear that the picture is another now; nobody ever does of one that does not change. @returns what ends that */
  follow(changed: () => void): () => void {
    return this.live()?.subscribe(changed) ?? (() => {});
  }

  [displaySymbol](context: DisplayContext = {}): MimeBundle | Promise<MimeBundle> {
    const host = currentHost();
    const content = this.live();
    if (host === undefined || content === undefined) return this.bundle();
    const displayId = context.displayId ?? crypto.randomUUID();
    const bundle = new LiveView(content, host, displayId).open();
    if (context.displayId !== undefined) return bundle;
    // Nobody told the id under which this is shown, so it is shown from here; an empty bundle says so.
    host.display(bundle, {}, { displayId });
    return {};
  }

  toString(): string {
    return this.plain();
  }
}

export function imageTag({ views }: Studio, svg: string, alt: string): string {
  const width = /<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? "680";
  return `<img src="${svgDataUrl(svg)}" alt="${views.escapeMarkup(alt)}" width="${width}" style="max-width: 100%; height: auto">`;
}
