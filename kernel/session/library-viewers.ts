import { types } from "node:util";
import { escapeHtml } from "../display/escape.ts";
import { accessed, dataOf } from "../display/reading.ts";
import { page } from "../display/style.ts";
import { addViewer, type MimeBundle } from "../display/viewers.ts";
import type { Library } from "./library.ts";
import { type TraceLike, traceBundle } from "./trace-table.ts";

type Widgets = Library["widgets"];
type Tidy = <T>(body: () => T) => T;

/**
 * How values of the library show themselves where they are a cell's result. They are known by what they can do, so that a
 * user's own distribution is drawn too.
 */
export function installLibraryViewers({ pyro, widgets }: Pick<Library, "pyro" | "widgets">): void {
  const { tidy } = pyro.tf as { tidy: Tidy };
  addViewer(wordsOf(pyro));
  addViewer((value) => layersBundle(value));
  addViewer((value) => sviBundle(value, widgets));
  addViewer((value) => storeBundle(value, widgets));
  addViewer((value) => (isTrace(value) ? traceBundle(value, tidy) : undefined));
  addViewer((value) => distributionBundle(value, widgets));
}

/** Handlers, guides, plates, constraints and the like: what they say of themselves, and not what they are made of. */
function wordsOf(pyro: Library["pyro"]): (value: object) => MimeBundle | undefined {
  const rooms = [pyro, pyro.dist, pyro.infer, pyro.poutine] as readonly object[];
  const classes = new Set<unknown>(rooms.flatMap((room) => Object.values(room)));
  const isOurs = (value: object): boolean => {
    for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
      if (own === Object || own === Function) return false;
      if (classes.has(own)) return true;
    }
    return false;
  };
  const isConstraint = (value: object) => can(value, "check", "violation", "test", "feasible");
  return (value) => {
    // A proxy is not even asked what it is.
    if (
      types.isProxy(value) ||
      value instanceof Error ||
      dataOf(value, Symbol.for("Jupyter.display")) !== undefined
    )
      return undefined;
    if (!isConstraint(value) && !isOurs(value)) return undefined;
    const words = String(value);
    return words.startsWith("[object ") ? undefined : { "text/plain": words };
  };
}

const can = (value: object, ...methods: readonly string[]) =>
  methods.every((name) => typeof dataOf(value, name) === "function");

function distributionBundle(value: object, widgets: Widgets): Promise<MimeBundle | undefined> | undefined {
  if (!can(value, "sample", "logProb")) return undefined;
  if (!Array.isArray(accessed(value, "batchShape")) || !Array.isArray(accessed(value, "eventShape")))
    return undefined;
  const view = widgets.distributionView(value as Parameters<Widgets["distributionView"]>[0]);
  const text = { "text/plain": view.plain() };
  if (!view.drawable) {
    const [head = "", facts = ""] = view.plain().split("\n");
    const html = `<div><b>${escapeHtml(head)}</b></div><div class="m">${escapeHtml(facts.trim())}</div>`;
    return Promise.resolve({ "text/html": page(html), ...text });
  }
  // What cannot be drawn after all (a user's own that takes no batches of values) is still said.
  return view.bundle().catch(() => text);
}

function isTrace(value: object): value is TraceLike {
  return accessed(value, "nodes") instanceof Map && can(value, "logPdf", "computeLogProb");
}

function storeBundle(value: object, widgets: Widgets): Promise<MimeBundle> | undefined {
  if (!can(value, "getParam", "keys", "onChange", "replaceParam")) return undefined;
  return widgets.paramStoreView(value as Parameters<Widgets["paramStoreView"]>[0]).bundle();
}

/** What has been trained shows its losses. */
function sviBundle(value: object, widgets: Widgets): Promise<MimeBundle> | undefined {
  if (!can(value, "step", "subscribe", "evaluateLoss")) return undefined;
  const losses = accessed(value, "losses") as ArrayLike<number> | undefined;
  if (losses === undefined) return undefined;
  if (losses.length === 0) return Promise.resolve({ "text/plain": "SVI, no step taken yet" });
  return widgets.elboCurve(value as never).bundle();
}

/** A network of tf.layers: its summary. */
function layersBundle(value: object): MimeBundle | undefined {
  if (!can(value, "summary", "countParams", "getLayer")) return undefined;
  const lines: string[] = [];
  const print = (line = "") => void lines.push(line);
  (
    value as { summary(width: undefined, positions: undefined, print: (line?: string) => void): void }
  ).summary(undefined, undefined, print);
  return { "text/plain": lines.join("\n") };
}
