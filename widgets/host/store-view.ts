import * as tf from "@tensorflow/tfjs-core";
import { kindOf, pyroError } from "../../lib/errors.ts";
import { onRunStart } from "../../lib/infer/run-events.ts";
import { stepsTaken } from "../../lib/optim/live.ts";
import { checkOptions } from "../../lib/options.ts";
import { getParamStore } from "../../lib/params/index.ts";
import { meanAndSd } from "../views/moments.ts";
import type { ParamRow, ParamTableData } from "../views/param-columns.ts";
import { heatOf } from "./heat.ts";
import { currentHost } from "./host.ts";
import { type LiveContent, Shown, type ShowOptions, showOptionNames } from "./shown.ts";
import { type EditedStore, hasFunction, type StoreSource } from "./sources.ts";
import { openStudio, type Studio, svgDataUrl } from "./static.ts";
import { type EditorNotice, StoreEditor } from "./store-editor.ts";

export interface ParamStoreViewOptions extends ShowOptions {
  /**
   * Whether parameters can be searched, looked into, reset, deleted, saved and loaded in the table (default false). Such a
   * table stays live after its cell; "Keep as picture" makes of it what a saved notebook can show.
   */
  edit?: boolean;
  /** Names of parameters whose numbers are shown, as fields of colour. */
  numbers?: readonly string[];
}

/**
 * The ParamStore as a table that follows it live: name, shape, constraint, the cell that made it, steps,
 * mean ± sd of its elements and the course of the mean.
 *
 * @example
 * paramStoreView(getParamStore())
 * paramStoreView(getParamStore(), { edit: true })
 * @throws where the argument is no ParamStore
 */
export function paramStoreView(store: StoreSource, options: ParamStoreViewOptions = {}): ParamStoreView {
  checkOptions("paramStoreView", options, { edit: true, numbers: true, ...showOptionNames });
  const needed = [
    "keys",
    "get",
    "onChange",
    ...(options.edit ? ["has", "reset", "drop", "save", "load"] : []),
  ];
  if (!needed.every((name) => hasFunction(store, name))) {
    throw pyroError({
      what: "There is no parameter store to show",
      where: "argument store of paramStoreView",
      expected: "a ParamStoreDict, such as getParamStore()",
      got: kindOf(store),
    });
  }
  return new ParamStoreView(store, options);
}

/** The data of a table that a person works with. */
export interface EditedTable extends ParamTableData {
  readonly notice?: EditorNotice;
  /** Names of deleted parameters that can come back. */
  readonly dropped?: readonly string[];
}

export class ParamStoreView extends Shown {
  readonly #store: StoreSource;
  readonly #histories = new Map<string, History>();
  readonly #numbers: ReadonlySet<string>;
  readonly #editor: StoreEditor | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(store: StoreSource, { edit = false, numbers = [], ...options }: ParamStoreViewOptions) {
    super(options);
    this.#store = store;
    this.#numbers = new Set(numbers);
    this.#editor = edit ? new StoreEditor(store as EditedStore, () => this.#tell()) : undefined;
    for (const name of numbers) this.#editor?.open.add(name);
  }

  data(): EditedTable {
    const names = [...this.#store.keys()];
    for (const name of this.#histories.keys()) if (!names.includes(name)) this.#histories.delete(name);
    const rows = names.flatMap((name) => this.#row(name) ?? []);
    if (this.#editor === undefined) return { rows };
    const { notice, dropped } = this.#editor;
    return { rows, notice, dropped };
  }

  override plain(): string {
    const names = [...this.#store.keys()];
    return `ParamStore: ${names.length} parameter${names.length === 1 ? "" : "s"}${names.length > 0 ? ` (${names.join(", ")})` : ""}`;
  }

  /** A real table: its text can be searched and copied; only the sparklines are images. */
  override async toHTML(): Promise<string> {
    const { views, document } = await openStudio();
    const table = views.paramTable(this.data(), { document, ...this.options });
    for (const svg of Array.from(table.querySelectorAll("svg"))) {
      const image = document.createElement("img");
      image.setAttribute("src", svgDataUrl(views.serialize(svg)));
      image.setAttribute("alt", svg.getAttribute("aria-label") ?? "");
      svg.replaceWith(image);
    }
    return views.serialize(table);
  }

  protected override draw({ views, document }: Studio): Element {
    return views.paramTableSvg(this.data(), { document, ...this.options });
  }

  protected override live(): LiveContent {
    const editor = this.#editor;
    return {
      view: "param-table",
      controls: [],
      ...(editor !== undefined && { tools: "params", command: (command) => editor.obey(command) }),
      data: () => this.data(),
      bundle: () => this.bundle(),
      plain: () => this.plain(),
      subscribe: (listener) => this.#watch(() => listener({})),
    };
  }

  /** The store tells of values that are set; what an optimizer moves is heard of through the runs. */
  #watch(changed: () => void): () => void {
    this.#listeners.add(changed);
    const runs = new Set<() => void>();
    const ends = [
      this.#store.onChange(changed),
      onRunStart((run) => {
        const end = run.subscribe(({ done }) => {
          changed();
          if (!done) return;
          end();
          runs.delete(end);
        });
        runs.add(end);
      }),
    ];
    return () => {
      for (const end of [...ends, ...runs]) end();
      this.#listeners.delete(changed);
      if (this.#listeners.size === 0) this.#editor?.dispose();
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #row(name: string): ParamRow | undefined {
    const store = this.#store;
    const read = tf.tidy(() => {
      const value = store.get(name);
      return value && { shape: [...value.shape], values: value.dataSync() };
    });
    if (read === undefined) return undefined;
    const { mean, sd } = meanAndSd(read.values, 0);
    const history = this.#histories.get(name) ?? new History(store.getInitial?.(name));
    this.#histories.set(name, history);
    history.push(mean);
    const owner = store.ownerOf?.(name) ?? undefined;
    const steps = store === (getParamStore() as StoreSource) ? stepsTaken(name) : undefined;
    const open = this.#editor?.open ?? this.#numbers;
    return {
      name,
      shape: read.shape,
      constraint: store.getConstraint?.(name).name ?? "real",
      ...(owner !== undefined && { cell: currentHost()?.cellLabel?.(owner) ?? owner.slice(0, 8) }),
      ...(steps !== undefined && { steps }),
      mean,
      sd,
      history: history.values(),
      ...(open.has(name) && { numbers: heatOf(read.shape, read.values) }),
    };
  }
}

/** The course of a mean in at most `most` points: where it began, and then as often as it was seen to have moved. */
class History {
  #points: number[] = [];
  #stride = 1;
  #seen = 0;
  #last = Number.NaN;

  constructor(initial: ArrayLike<number> | undefined) {
    if (initial !== undefined) this.push(meanAndSd(initial, 0).mean);
  }

  push(value: number): void {
    // A picture that is drawn twice is no course, nor is a way through a constraint and back.
    if (Object.is(value, this.#last) || Math.abs(value - this.#last) <= rounding * Math.abs(value)) return;
    this.#last = value;
    if (this.#seen++ % this.#stride !== 0) return;
    this.#points.push(value);
    if (this.#points.length < most) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  values(): Float32Array {
    const points = this.#points;
    return Float32Array.from(Object.is(points.at(-1), this.#last) ? points : [...points, this.#last]);
  }
}

const most = 160;
const rounding = 1e-6;
