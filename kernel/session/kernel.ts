import type { MessagePort } from "node:worker_threads";
import { type ExecutedCell, KEEP_TAG, ParamHook, type ParamPolicy } from "../../lib/params/param-hook.ts";
import { Comms } from "../comm/manager.ts";
import { DebugAgent } from "../debug/agent.ts";
import { captureOutput } from "../execute/capture.ts";
import { CellRegistry } from "../execute/cells.ts";
import { Displays } from "../execute/display.ts";
import { Evaluator } from "../execute/evaluator.ts";
import { Interrupts } from "../execute/interrupts.ts";
import { type CellModules, installModules } from "../execute/modules.ts";
import { internalName } from "../execute/names.ts";
import { Outputs } from "../execute/outputs.ts";
import { parseCell } from "../execute/parse.ts";
import { Runner, type RunOutcome } from "../execute/runner.ts";
import { installStackTraces } from "../execute/stack.ts";
import { describeError } from "../execute/traceback.ts";
import { LanguageClient } from "../language/client.ts";
import type { CellEnd, CellEvent } from "../language/notebook-globals.ts";
import { questionOf } from "../magics/question.ts";
import { splitMagics } from "../magics/split.ts";
import type { CommRequest, ExecuteRequest, ToMain, ToWire } from "../wire/messages.ts";
import type { Shared } from "../wire/shared.ts";
import { Commands } from "./commands.ts";
import { CellEvents } from "./events.ts";
import { Exit } from "./exit.ts";
import { limitHeapGrowth } from "./heap-growth.ts";
import { notebookHelpers } from "./helpers.ts";
import { isInterrupt, LastOutput } from "./last-output.ts";
import { type Library, LibraryLoader } from "./library.ts";
import { installLibraryViewers } from "./library-viewers.ts";
import { MemoryRelief } from "./memory.ts";
import { Notes } from "./notes.ts";
import { ownModule, packageRoot } from "./package.ts";
import { tieParamsToCells } from "./param-cells.ts";
import { Payloads } from "./payloads.ts";
import { NotebookPrelude } from "./prelude.ts";
import { asksToResume } from "./resume.ts";
import { installTensorText } from "./tensor-text.ts";
import { TypeChecks } from "./typecheck.ts";
import { evaluateExpressions } from "./user-expressions.ts";
import { WarmUp } from "./warm-up.ts";
import { widgetHost } from "./widget-host.ts";

export interface KernelOptions {
  shared: Shared;
  input: MessagePort;
  post(message: ToWire, transfer?: readonly MessagePort[]): void;
}

/** The main thread's part of the kernel: cells one after the other, comms, and what a notebook has in scope. */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #outputs: Outputs;
  readonly #displays: Displays;
  readonly #cells = new CellRegistry();
  readonly #interrupts: Interrupts;
  readonly #runner: Runner;
  readonly #comms: Comms;
  readonly #events: CellEvents;
  readonly #exit: Exit;
  readonly #library: LibraryLoader;
  readonly #modules: CellModules;
  readonly #memory: MemoryRelief;
  /** Of the hook, which is there when the library is. */
  readonly #params: { policy: ParamPolicy } = { policy: "cell" };
  readonly #language: LanguageClient;
  readonly #types: TypeChecks;
  readonly #payloads = new Payloads(() => this.#runNow());
  readonly #commands: Commands;
  readonly #debug: DebugAgent;
  readonly #notes: Notes;
  readonly #lastOutput: LastOutput;
  /** The notebook's cell that runs: its parameters are those that are created now. */
  #owner: ExecutedCell | undefined;
  /** What runs, by run: one cell of the notebook's and one of each subshell. */
  readonly #running = new Map<number, ExecuteRequest>();
  #current: ExecuteRequest | undefined;
  #latest: ExecuteRequest | undefined;
  readonly #warmUp: WarmUp;
  /** Expressions that belong to no cell have numbers below zero. */
  #nextExpression = -1;

  constructor(options: KernelOptions) {
    this.#options = options;
    const { shared, post } = options;
    this.#outputs = new Outputs(post);
    captureOutput((name, text) => this.#outputs.stream(name, text));
    installStackTraces(this.#cells);
    this.#notes = new Notes({
      ...{ outputs: this.#outputs, cells: this.#cells },
      latest: () => this.#latest?.executionCount,
    });
    this.#displays = new Displays(this.#outputs, this.#notes.report);
    this.#events = new CellEvents(this.#notes.report);
    this.#interrupts = new Interrupts(shared, {
      acknowledge: (sequence) => post({ type: "acknowledge", sequence }),
      absorb: (isPending) => evaluator.absorbTermination(isPending),
    });
    const interrupts = this.#interrupts;
    const { undisturbed, shield } = interrupts;
    const modules = installModules({ root: packageRoot, ownModule, undisturbed });
    this.#modules = modules;
    const evaluator = new Evaluator({
      flag: shared.words,
      interrupt: function interrupt() {
        return interrupts.thrown(interrupt);
      },
      wait: (value) => interrupts.wait(value),
      each: (values) => interrupts.each(values),
      result: (value) => this.#runner.takeResult(value),
      load: modules.load,
      meta: modules.meta,
      invalidation: (run) => this.#events.invalidation(this.#cells.byRun(run)?.cellId),
      debug: (request, ...values) => this.#debug.request(request, values),
      shield,
    });
    this.#debug = new DebugAgent({
      words: shared.words,
      post,
      cells: () => this.#cells.all(),
      names: () => this.#runner.names,
      declare: (name, value) => {
        evaluator.bind({ [internalName(name)]: value });
        this.#runner.adopt(name);
      },
    });
    this.#library = new LibraryLoader(
      {
        shared,
        poll: () => interrupts.poll(),
        ...{ shield, undisturbed },
        notice: (text) => this.#outputs.stream("stderr", `${text}\n`),
        cellNames: () => this.#runner.names,
      },
      (library) => this.#libraryLoaded(library),
    );
    this.#memory = new MemoryRelief(shared, this.#library);
    const parts = { interrupts, outputs: this.#outputs, displays: this.#displays, library: this.#library };
    this.#lastOutput = new LastOutput(parts);
    const helpers = notebookHelpers({
      ...{ ...parts, post, input: options.input, events: this.#events, payloads: this.#payloads },
      run: () => this.#runNow() ?? this.#outputs.run,
      shows: (what) => this.#library.loaded?.shows(what),
      request: () => this.#running.get(this.#runNow() ?? 0),
    });
    const prelude = new NotebookPrelude({
      library: this.#library,
      undisturbed,
      helpers: { ...helpers, require: modules.require },
      complain: (text) => this.#outputs.stream("stderr", `${text}\n`),
    });
    this.#runner = new Runner({
      ...{ evaluator, interrupts, outputs: this.#outputs, cells: this.#cells, prelude },
      scripts: this.#debug,
    });
    this.#comms = new Comms((message, publication) => this.#outputs.publish(message, publication));
    this.#exit = new Exit({ words: shared.words, post, run: () => this.#runNow() });
    this.#language = new LanguageClient({
      cwd: process.cwd(),
      onWarning: (text) => this.#outputs.stream("stderr", `${text}\n`),
      onReady: () => this.#warmUp.typed(),
    });
    this.#warmUp = new WarmUp({
      prepare: () => parseCell("0"),
      loadLibrary: () => this.#library.load(),
      settled: limitHeapGrowth,
    });
    this.#types = new TypeChecks(this.#language);
    this.#commands = new Commands({
      ...{ interrupts, outputs: this.#outputs, runner: this.#runner, library: this.#library },
      ...{ language: this.#language, params: this.#params, types: this.#types, payloads: this.#payloads },
    });
    process.on("unhandledRejection", (error) => this.#notes.report(error, "Unhandled rejection"));
    process.on("uncaughtException", (error) => this.#notes.report(error));
  }

  receive(message: ToMain): void {
    switch (message.type) {
      case "execute":
        return void this.#execute(message);
      case "comm":
        return this.#comm(message);
      case "interrupt":
        return this.#interrupts.requested(message.sequence);
      case "terminated":
        return this.#interrupts.terminated(message.spell);
      case "known":
        return this.#warm();
      case "collect":
        return this.#memory.collect();
      case "shutdown":
        return this.#exit.now(0);
      case "armed":
        return this.#debug.armed(message.run);
      default:
        message satisfies never;
    }
  }

  /** The front end knows the kernel. */
  #warm(): void {
    this.#language.connect((port) => this.#options.post({ type: "language", port }, [port]));
    this.#warmUp.start();
  }

  /** Whatever a cell has done to the kernel, its request is answered. */
  async #execute(request: ExecuteRequest): Promise<void> {
    const { run, executionCount } = request;
    const { post } = this.#options;
    const rest = this.#warmUp.cell();
    try {
      await this.#perform(request);
    } catch (error) {
      const label = `Cell [${executionCount}]`;
      const content = describeError(error, { cells: this.#cells, label, source: "", root: packageRoot });
      post({ type: "publish", run, message: "error", content: { ...content } });
      post({ type: "reply", run, content: { status: "error", ...content, user_expressions: {} } });
    }
    this.#running.delete(run);
    if (this.#current === request) {
      this.#current = undefined;
      this.#owner = undefined;
    }
    post({ type: "finished", run });
    rest();
  }

  async #perform(request: ExecuteRequest): Promise<void> {
    const { run, code: written, cellId, executionCount, subshell } = request;
    this.#running.set(run, request);
    if (subshell === undefined) {
      this.#current = request;
      this.#latest = request;
    }
    const { post } = this.#options;
    const label = subshell === undefined ? `Cell [${executionCount}]` : `Subshell [${executionCount}]`;
    const question = questionOf(written);
    const { code, magics } = question === undefined ? splitMagics(written) : { code: "", magics: [] };
    const show = (text: string) => this.#outputs.stream("stderr", text, run);

    const orders = await this.#outputs.within(run, () => this.#commands.obey(magics, run));
    const check = this.#types.begin({
      code,
      show,
      silent: request.silent,
      unattended: request.unattended,
      cellId,
    });
    this.#library.loaded?.widgets.widgetCellStart(cellId);
    const parsed = await this.#interrupts
      .interruptible(() => parseCell(code), run)
      .then(
        (cell) => ({ cell }),
        (error: unknown) => ({ error }),
      );
    const resumes = "cell" in parsed && asksToResume(parsed.cell.program);
    const event: CellEvent = {
      ...{ code: written, executionCount },
      tags: resumes ? [...request.tags, KEEP_TAG] : request.tags,
      ...(cellId === undefined ? {} : { cellId }),
      ...(subshell === undefined ? {} : { subshell }),
    };
    if (subshell === undefined) this.#owner = { cellId, label, tags: event.tags };
    this.#outputs.within(run, () => this.#events.started(event));
    let outcome: RunOutcome;
    try {
      if ("error" in orders) throw orders.error;
      if (question !== undefined) await this.#outputs.within(run, () => this.#commands.answer(question));
      if ("error" in parsed) throw parsed.error;
      if (this.#types.mode === "error") await check.demand();
      outcome = await this.#runner.run(parsed.cell, { run, label, cellId, written });
    } catch (error) {
      outcome = { status: "error", error, terminated: false };
    }
    if (outcome.status === "error" && isInterrupt(outcome.error)) {
      this.#modules.interrupted();
      this.#library.loaded?.reset();
    }
    if ("after" in orders) for (const after of orders.after) after();
    outcome = await this.#lastOutput.send(outcome, request);
    const ending: CellEnd = { ...event, status: outcome.status };
    this.#outputs.within(run, () => this.#events.ended(ending));
    if (subshell === undefined) this.#owner = undefined;

    const failure =
      outcome.status === "error"
        ? describeError(outcome.error, { cells: this.#cells, label, source: code, root: packageRoot })
        : undefined;
    if (failure !== undefined && !request.silent)
      this.#outputs.publish("error", { content: { ...failure }, run });
    // Before the reply: there are clients that count in tenths of a second from there to the idle message.
    const waits = check.waitsLong && !(outcome.status === "error" && isInterrupt(outcome.error));
    if (waits) await check.end();
    if (failure !== undefined) {
      post({ type: "reply", run, content: { status: "error", ...failure, user_expressions: {} } });
    } else {
      const values = await evaluateExpressions(request, {
        ...{ runner: this.#runner, outputs: this.#outputs, cells: this.#cells },
        nextRun: () => this.#nextExpression--,
      });
      const payload = this.#payloads.take(run);
      post({ type: "reply", run, content: { status: "ok", user_expressions: values, payload } });
    }
    // A cell that failed asks the front end for nothing.
    this.#payloads.take(run);
    // Whoever stops a cell wants no more of it.
    if (!check.waitsLong) await check.end();
    else if (!waits) void check.end();
    const error = outcome.status === "error" ? outcome.error : undefined;
    // Neither its result nor what its error leads to is held any longer.
    outcome = { status: "ok", result: undefined };
    await this.#memory.afterCell(error);
  }

  /** The run whose code this is, or the notebook's where it is nobody's. */
  #runNow(): number | undefined {
    return this.#running.has(this.#outputs.run) ? this.#outputs.run : this.#current?.run;
  }

  #comm(request: CommRequest): void {
    const { run } = request;
    const receive = () =>
      this.#outputs.within(this.#current?.run ?? run, () => {
        try {
          this.#comms.receive(request);
        } catch (error) {
          this.#notes.report(error);
        }
      });
    this.#interrupts.callback(receive, (terminated) => {
      if (terminated) this.#library.loaded?.reset();
      this.#options.post({ type: "finished", run });
    });
  }

  #libraryLoaded(library: Library): void {
    installTensorText(library.pyro);
    installLibraryViewers(library);
    this.#warmUp.loaded();
    tieParamsToCells(new ParamHook(library.params), {
      ...{ events: this.#events, params: this.#params },
      owner: () => this.#owner,
      say: (text) => this.#notes.say(text),
    });
    library.widgets.setWidgetHost(
      widgetHost({
        ...{ comms: this.#comms, outputs: this.#outputs, cells: this.#cells, shared: this.#options.shared },
        latest: () => this.#latest?.cellId,
      }),
    );
  }
}
