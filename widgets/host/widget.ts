import { loaderSource } from "../front/loader.ts";
import { encode } from "./encode.ts";
import { frontModule } from "./front-module.ts";
import { anywidgetRange } from "./labextension.ts";
import type { Comm, CommManager, CommMessage } from "./types.ts";

/**
 * One widget model of the front end, spoken to in the Jupyter widget protocol
 * (https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md) and rendered by
 * anywidget. The kernel's state is the truth: the front end only shows it and sends custom messages.
 */
export class WidgetModel {
  readonly #comm: Comm;
  readonly #state: Record<string, unknown>;
  readonly #listeners = new Set<(content: unknown) => void>();
  #closed = false;
  /** Whether a page took it over when it was loaded: such a page does not hear of displays that are replaced. */
  adopted = false;

  constructor(comms: CommManager, state: Readonly<Record<string, unknown>>) {
    this.#state = { ...modelState(), ...state };
    const { state: plain, bufferPaths, buffers } = encode(this.#state);
    this.#comm = comms.open("jupyter.widget", {
      data: { state: plain, buffer_paths: bufferPaths },
      metadata: { version: protocolVersion },
      buffers,
    });
    this.#comm.onMessage((message) => this.#hear(message));
    this.#comm.onClose(() => this.#drop());
    models.set(this.#comm.id, this);
  }

  get id(): string {
    return this.#comm.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The output that shows this model. */
  get viewBundle(): Record<string, unknown> {
    return { [viewType]: { version_major: 2, version_minor: 0, model_id: this.id } };
  }

  update(changes: Readonly<Record<string, unknown>>): void {
    if (this.#closed) return;
    Object.assign(this.#state, changes);
    this.#sendState(changes);
  }

  sendCustom(content: unknown, buffers: readonly ArrayBufferView[] = []): void {
    if (!this.#closed) this.#comm.send({ method: "custom", content }, { buffers });
  }

  onCustom(listener: (content: unknown) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#drop();
    this.#comm.close();
  }

  /** The whole state, for `request_states`. */
  snapshot(): Readonly<Record<string, unknown>> {
    return this.#state;
  }

  #drop(): void {
    this.#closed = true;
    models.delete(this.id);
  }

  #sendState(changes: Readonly<Record<string, unknown>>): void {
    const { state, bufferPaths, buffers } = encode(changes);
    this.#comm.send({ method: "update", state, buffer_paths: bufferPaths }, { buffers });
  }

  #hear({ data }: CommMessage): void {
    const { method, content, state } = asRecord(data);
    if (method === "request_state") this.#sendState(this.#state);
    else if (method === "update") this.#adopt(asRecord(state));
    else if (method === "custom") {
      if (asRecord(content).tspyro === "module") this.#sendModule();
      for (const listener of this.#listeners) listener(content);
    }
  }

  /** What the front end may set; all else is the kernel's. */
  #adopt(state: Readonly<Record<string, unknown>>): void {
    if ("_view_count" in state) this.#state._view_count = state._view_count;
  }

  #sendModule(): void {
    const { version, gzipped } = frontModule();
    this.sendCustom({ tspyro: "module", version }, [gzipped]);
  }
}

const viewType = "application/vnd.jupyter.widget-view+json";
const protocolVersion = "2.1.0";

/** Every open model by comm id. */
const models = new Map<string, WidgetModel>();

function modelState(): Record<string, unknown> {
  const version = anywidgetRange();
  return {
    _model_module: "anywidget",
    _model_module_version: version,
    _model_name: "AnyModel",
    _view_module: "anywidget",
    _view_module_version: version,
    _view_name: "AnyView",
    _view_count: null,
    _dom_classes: [],
    layout: null,
    tabbable: null,
    tooltip: null,
    _anywidget_id: "tspyro.View",
    _esm: loaderSource(frontModule().version),
    _css: "",
  };
}

/**
 * Answers `jupyter.widget.control`, the comm that a page opens when it is loaded, with the state of every
 * model, so that live views survive a reload.
 */
export function answerControl(comms: CommManager): void {
  comms.registerTarget("jupyter.widget.control", (comm) => {
    comm.onMessage(({ data }) => {
      if (asRecord(data).method !== "request_states") return;
      const states: Record<string, unknown> = {};
      const paths: (string | number)[][] = [];
      const all: ArrayBufferView[] = [];
      for (const [id, model] of models) {
        const whole = model.snapshot();
        model.adopted = true;
        const { state, bufferPaths, buffers } = encode(whole, [id, "state"]);
        states[id] = {
          model_name: whole._model_name,
          model_module: whole._model_module,
          model_module_version: whole._model_module_version,
          state,
        };
        paths.push(...bufferPaths);
        all.push(...buffers);
      }
      comm.send({ method: "update_states", states, buffer_paths: paths }, { buffers: all });
    });
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
