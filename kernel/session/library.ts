import type { RunControl } from "../../lib/infer/control.ts";
import type * as Params from "../../lib/params/index.ts";
import type * as Widgets from "../../widgets/index.ts";
import { intrinsic } from "../execute/intrinsics.ts";
import { LIBRARY_NAME, WIDGET_NAMES } from "../language/prelude-names.ts";
import { type Shared, Word } from "../wire/shared.ts";
import { cellFunctions } from "./cell-functions.ts";

/** The library once it is loaded, with what the kernel asks of it. */
export interface Library {
  /** Every export of `tspyro`, and the views of `tspyro/widgets`. */
  readonly names: Readonly<Record<string, unknown>>;
  readonly pyro: Readonly<Record<string, unknown>>;
  readonly widgets: typeof Widgets;
  readonly params: Params.ParamStoreDict;
  setSeed(seed: number): void;
  /** After V8 has ended a computation: the effect stack, tensor scopes and a half-done step are put in order. */
  reset(): void;
  /** A cell's code shows something to somebody, by this function. */
  shows(what: string): void;
  /** Frees tensors that nothing refers to. */
  collect(): void;
}

export interface LibraryHooks {
  shared: Shared;
  /** @throws where the user asked to stop */
  poll(): void;
  /** Loads something that a stop button must not leave half-loaded. */
  shield<T>(work: () => T): T;
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
  notice(message: string): void;
  /** What cells have declared. */
  cellNames(): readonly string[];
}

/** Loads the library, once, and ties it to the kernel. */
export class LibraryLoader {
  readonly #hooks: LibraryHooks;
  readonly #afterwards: (library: Library) => void;
  #loading: Promise<Library> | undefined;
  loaded: Library | undefined;

  constructor(hooks: LibraryHooks, afterwards: (library: Library) => void) {
    this.#hooks = hooks;
    this.#afterwards = afterwards;
  }

  load(): Promise<Library> {
    this.#loading ??= this.#hooks.undisturbed(() => this.#load());
    return this.#loading;
  }

  async #load(): Promise<Library> {
    const { shared, poll, shield, undisturbed, notice } = this.#hooks;
    const [pyro, infer, params, interrupt, notices, jit, tensor, launches] = await intrinsic.Promise.all([
      import("../../lib/index.ts"),
      import("../../lib/infer/index.ts"),
      import("../../lib/params/index.ts"),
      import("../../lib/interrupt.ts"),
      import("../../lib/notice.ts"),
      import("../../lib/jit/index.ts"),
      import("../../lib/tensor/index.ts"),
      import("../../lib/distributed/launch/events.ts"),
    ]);
    const widgets = await import("../../widgets/index.ts");
    interrupt.setInterruptHook(poll, shield);
    interrupt.setLoadHook(undisturbed);
    notices.setNoticeHook(notice);
    infer.setRunControlFactory(({ stopOnly = false }) => runControl(shared, stopOnly));
    widgets.showRunProgress(infer.onRunStart);
    widgets.showSamplingProgress(infer.onSamplingStart);
    widgets.showCallProgress(infer.onCallStart);
    widgets.showLaunches(launches.onLaunch);
    pyro.optim.setSchedulePicture((plot) => widgets.scheduleView(plot).bundle());
    jit.setProgramPicture((program) => widgets.programView(program).bundle());
    const seed = Number(process.env.TSPYRO_SEED);
    if (process.env.TSPYRO_SEED !== undefined && Number.isFinite(seed)) pyro.setRngSeed(seed);
    const ranksHave = new Set([...Object.keys(pyro), LIBRARY_NAME]);
    launches.setSourceReader(cellFunctions({ names: this.#hooks.cellNames, library: ranksHave }));
    const library: Library = {
      names: { ...Object.fromEntries(WIDGET_NAMES.map((name) => [name, widgets[name]])), ...pyro },
      pyro,
      widgets,
      params: params.getParamStore(),
      setSeed: (value) => void pyro.setRngSeed(value),
      reset: () => pyro.resetRuntime(),
      shows: jit.showsSomething,
      collect: tensor.collectGarbage,
    };
    this.loaded = library;
    this.#afterwards(library);
    return library;
  }
}

/** Stop, pause and learning rates by shared memory, which the wire thread writes while main computes. */
function runControl({ words, learningRate }: Shared, stopOnly: boolean): RunControl {
  const stops = Atomics.load(words, Word.stops);
  let steps = Atomics.load(words, Word.steps);
  if (!stopOnly) {
    Atomics.store(words, Word.paused, 0);
    learningRate[0] = 1;
  }
  return {
    // A compiled step runs no line of the model.
    get eager() {
      return words[Word.debugging] === 2 ? "a debugger is on that may stop in the model" : undefined;
    },
    poll: () => {
      if (words[Word.stops] !== stops) return "stop";
      if (words[Word.paused] === 0) return "run";
      if (Atomics.load(words, Word.steps) === steps) return "pause";
      steps++;
      return "step";
    },
    get lrScale() {
      return learningRate[0] ?? 1;
    },
  };
}
