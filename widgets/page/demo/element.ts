import { type Attributes, attributesOf, DEFAULT_MODEL } from "./attributes.ts";
import { modelNamed, onDefined } from "./models/index.ts";
import { pictures } from "./pictures.ts";
import { demoStyle } from "./style.ts";
import { type Tools, Trainer } from "./trainer.ts";

/** Milliseconds between two pictures. */
const INTERVAL = 50;
/** Fewer steps at once would not be compiled. */
const FEWEST = 10;
const GAP = 12;

type State = "loading" | "ready" | "training" | "paused" | "done" | "failed";

const WORDS: Readonly<Record<State, string>> = {
  loading: "loading …",
  ready: "ready",
  training: "training …",
  paused: "paused",
  done: "trained",
  failed: "failed",
};

const VERB: Readonly<Partial<Record<State, string>>> = { training: "Pause", paused: "Go on" };

/**
 * `<tspyro-demo model="coin" steps="2000" seed="0" lr="0.02" pace="500" autoplay theme="dark">`: a model that trains in
 * front of an audience, in any page; all attributes may be left out. It is drawn as it goes: the loss, and what the guide
 * says beside prior and exact posterior. The same seed gives the same numbers, however often it is paused and whatever
 * else runs in the page. A change of an attribute starts it over; taken out of the page, it stops and leaves nothing.
 *
 * - `model`: coin, regression, eight-schools, or what `defineModel` was given
 * - its content, if any, stands in the place of the model's title
 * - `pace`: steps a second, at most (default: so many that training takes 4 s); `Infinity` holds nothing back
 * - `autoplay`: begin as soon as it is seen
 *
 * Events: `tspyro-ready` when it can train, `tspyro-done` when it has (both bubble).
 */
export class TspyroDemo extends HTMLElement {
  static readonly observedAttributes = ["model", "steps", "seed", "lr", "pace", "theme"];

  readonly #group = document.createElement("div");
  readonly #title = document.createElement("slot");
  readonly #button = document.createElement("button");
  readonly #over = document.createElement("button");
  readonly #state = document.createElement("output");
  readonly #count = document.createElement("span");
  readonly #pictures = document.createElement("div");
  #trainer: Trainer | undefined;
  #tools: Tools | undefined;
  #attributes: Attributes | undefined;
  #now: State = "loading";
  /** Counts up whenever what is under way no longer holds. */
  #life = 0;
  #seen: IntersectionObserver | undefined;
  #sized: ResizeObserver | undefined;
  #deaf = () => {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [demoStyle()];
    this.#button.type = this.#over.type = "button";
    this.#over.textContent = "Start over";
    this.#button.addEventListener("click", () => (this.#now === "training" ? this.pause() : this.train()));
    this.#over.addEventListener("click", () => this.reset());
    const bar = Object.assign(document.createElement("div"), { className: "bar" });
    bar.append(this.#button, this.#over, this.#state, this.#count);
    this.#pictures.className = "pictures";
    this.#group.setAttribute("role", "group");
    const title = Object.assign(document.createElement("div"), { className: "title" });
    title.append(this.#title);
    this.#group.append(title, bar, this.#pictures);
    root.append(this.#group);
  }

  /** Losses of the steps so far. */
  get losses(): Float32Array {
    return this.#trainer?.losses.slice() ?? new Float32Array();
  }

  /** Values of the parameters, by name. */
  get params(): Readonly<Record<string, readonly number[]>> {
    return this.#trainer?.params() ?? {};
  }

  get state(): State {
    return this.#now;
  }

  connectedCallback(): void {
    this.reset();
    this.#sized = new ResizeObserver(() => this.#draw());
    this.#sized.observe(this);
    this.#deaf = onDefined((name) => {
      if (name === (this.getAttribute("model") ?? DEFAULT_MODEL)) this.reset();
    });
  }

  disconnectedCallback(): void {
    this.#forget();
    this.#deaf();
    this.#sized?.disconnect();
    this.#sized = undefined;
    this.#pictures.replaceChildren();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) return;
    if (name === "theme") this.#draw();
    else this.reset();
  }

  /** Begins, or goes on. */
  train(): void {
    const again = this.#now === "done";
    if (again) this.reset(true);
    else if (this.#now === "ready" || this.#now === "paused") void this.#run(this.#life);
  }

  pause(): void {
    if (this.#now !== "training") return;
    this.#life++;
    this.#become("paused");
  }

  /** Forgets what was learnt. @param train whether it begins at once */
  reset(train = false): void {
    this.#forget();
    void this.#prepare(this.#life, train);
  }

  #forget(): void {
    this.#life++;
    this.#seen?.disconnect();
    this.#seen = undefined;
    void this.#trainer?.close();
    this.#trainer = undefined;
  }

  async #prepare(life: number, train: boolean): Promise<void> {
    try {
      this.#become("loading");
      this.#attributes = attributesOf(this);
      const make = modelNamed(this.#attributes.model);
      const tools = await import("./library.ts");
      if (life !== this.#life) return;
      this.#tools = tools;
      this.#trainer = new Trainer(tools, make, this.#attributes);
      this.#title.textContent = this.#group.ariaLabel = this.#trainer.demo.title;
      this.#become("ready");
      this.#draw();
      this.dispatchEvent(new CustomEvent("tspyro-ready", { bubbles: true }));
      if (train) this.train();
      else if (this.hasAttribute("autoplay")) this.#trainWhenSeen();
    } catch (error) {
      if (life === this.#life) this.#fail(error);
    }
  }

  #trainWhenSeen(): void {
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#seen?.disconnect();
      this.train();
    });
    this.#seen.observe(this);
  }

  async #run(life: number): Promise<void> {
    const [trainer, attributes] = [this.#trainer, this.#attributes];
    if (trainer === undefined || attributes === undefined) return;
    const { steps, pace } = attributes;
    this.#become("training");
    let last = performance.now() - INTERVAL;
    try {
      while (life === this.#life && trainer.losses.length < steps) {
        // What drawing takes is made up for.
        const now = performance.now();
        await trainer.take(Math.max(FEWEST, Math.round((pace * (now - last)) / 1000)), steps);
        last = now;
        if (trainer === this.#trainer) this.#draw();
        if (life === this.#life) await new Promise((resolve) => setTimeout(resolve, INTERVAL));
      }
      if (life !== this.#life) return;
      this.#become("done");
      this.dispatchEvent(new CustomEvent("tspyro-done", { bubbles: true }));
    } catch (error) {
      if (life === this.#life) this.#fail(error);
    }
  }

  #become(state: State): void {
    this.#now = state;
    this.#state.textContent = WORDS[state];
    this.#button.textContent = VERB[state] ?? "Train";
    this.#button.disabled = state === "loading" || state === "failed";
    this.#over.disabled = state === "loading" || state === "ready";
  }

  #draw(): void {
    const [trainer, tools] = [this.#trainer, this.#tools];
    const room = this.clientWidth;
    if (trainer === undefined || tools === undefined || room === 0) return;
    const { steps = 0 } = this.#attributes ?? {};
    const columns = room >= 720 ? 2 : 1;
    const width = Math.floor(Math.min(680, Math.max(280, (room - (columns - 1) * GAP) / columns)));
    const theme = this.getAttribute("theme") === "dark" ? "dark" : "light";
    this.#pictures.replaceChildren(...pictures(tools, trainer, { width, theme, total: steps }));
    this.#count.textContent = `step ${trainer.losses.length} of ${steps}`;
  }

  #fail(error: unknown): void {
    this.#become("failed");
    const alert = document.createElement("p");
    alert.setAttribute("role", "alert");
    alert.textContent = error instanceof Error ? error.message : String(error);
    this.#pictures.replaceChildren(alert);
  }
}
