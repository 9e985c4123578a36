import { internalName } from "../execute/names.ts";
import type { DebugScript } from "../wire/messages.ts";
import { Activity, type Shared, Word } from "../wire/shared.ts";
import { Breakpoints } from "./breakpoints.ts";
import {
  type Breakpoint,
  type Scope,
  type SourceBreakpoint,
  type StackFrame,
  THREAD,
  type Variable,
} from "./dap.ts";
import { Door } from "./door-client.ts";
import { toJavaScript } from "./expression.ts";
import { toStackFrame, type UserFrame, userFrames } from "./frames.ts";
import { type Evaluated, Inspector, type Paused, type RemoteObject } from "./inspector.ts";
import { foreignPatterns, Scripts } from "./scripts.ts";
import { type ExceptionMode, type StepKind, Stops } from "./stops.ts";
import { Variables } from "./variables.ts";

export interface SessionPorts {
  readonly words: Shared["words"];
  /** The cell that runs. */
  run(): number | undefined;
  event(event: string, body: object): void;
}

/** Values of `Word.debugging`. */
const Debugging = { off: 0, attached: 1, mayStop: 2 } as const;

/** What stands still, and where. */
interface Standstill {
  readonly frames: readonly UserFrame[];
}

/** Groups of values that the inspector keeps for the debugger. */
const stopped = "debugger-stopped";
const listed = "debugger-listed";

/** A debugger that is attached: V8's, in terms of cells. */
export class DebugSession {
  readonly #ports: SessionPorts;
  readonly #inspector: Inspector;
  readonly #scripts = new Scripts();
  readonly #door: Door;
  readonly #breakpoints: Breakpoints;
  readonly #stops: Stops;
  readonly #variables: Variables;
  readonly #listing: Variables;
  #notebook: ReadonlySet<string> = new Set();
  #still: Standstill | undefined;
  #listed: Variable[] = [];

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#inspector = new Inspector({
      paused: (event) => void this.#paused(event),
      scriptParsed: ({ scriptId, url }) => this.#scripts.parsed(scriptId, url),
    });
    this.#door = new Door(this.#inspector);
    this.#breakpoints = new Breakpoints(this.#inspector, this.#scripts, () => ({
      notebook: this.#notebook,
      local: new Set(),
    }));
    this.#stops = new Stops(this.#breakpoints);
    // Front ends may keep an old number: none is used anew.
    let count = 0;
    const number = () => ++count;
    this.#variables = new Variables(this.#inspector, this.#door, number);
    this.#listing = new Variables(this.#inspector, this.#door, number);
  }

  get stands(): boolean {
    return this.#still !== undefined;
  }

  get breakpoints(): ReturnType<Breakpoints["list"]> {
    return this.#breakpoints.list();
  }

  async attach(): Promise<void> {
    this.#mark();
    await this.#inspector.post("Debugger.enable");
    await this.#passForeign(true);
    const { scripts, names } = await this.#door.scripts();
    for (const script of scripts) this.#scripts.add(script);
    this.#notebook = new Set(names);
  }

  /** Whatever stands still goes on, without a debugger. */
  async detach(): Promise<void> {
    Atomics.store(this.#ports.words, Word.debugging, Debugging.off);
    // Disabling lets main go on; it is waited for, because a session that is cut off may leave it standing.
    await this.#inspector.post("Debugger.disable").catch(() => {});
    this.#goesOn();
    this.#inspector.disconnect();
  }

  /** The process ends. */
  cut(): void {
    this.#inspector.disconnect();
  }

  /** A cell is about to run: its breakpoints are put in first. */
  async announce(script: DebugScript, names: readonly string[]): Promise<void> {
    this.#notebook = new Set(names);
    await this.#inspector.post("Debugger.setSkipAllPauses", { skip: false });
    const added = this.#scripts.add(script);
    await this.#breakpoints.arm(Scripts.pathOf(script.written), added);
  }

  /** The cell is being ended: what stands still goes on, and nothing stops any more until the next cell. */
  release(): void {
    this.#stops.forget();
    void this.#inspector.post("Debugger.setSkipAllPauses", { skip: true }).catch(() => {});
    void this.#inspector.post("Debugger.resume").catch(() => {});
    this.#goesOn();
  }

  dump(code: string): string {
    return this.#scripts.dump(code);
  }

  async setBreakpoints(path: string, asked: readonly SourceBreakpoint[]): Promise<Breakpoint[]> {
    const set = await this.#breakpoints.replace(path, asked);
    this.#mark();
    return set;
  }

  async stopOn(exceptions: ExceptionMode): Promise<void> {
    this.#stops.exceptions = exceptions;
    this.#mark();
    const state = exceptions === "none" ? "none" : "all";
    await this.#inspector.post("Debugger.setPauseOnExceptions", { state });
    await this.#passForeign(this.#stops.passes);
  }

  stack(): StackFrame[] {
    return this.#still?.frames.map(toStackFrame) ?? [];
  }

  scopes(frameId: number): Scope[] {
    const frame = this.#frame(frameId);
    return frame === undefined ? [] : this.#variables.scopes(frame, this.#notebook);
  }

  async children(reference: number): Promise<Variable[]> {
    return (await this.#variables.children(reference)) ?? (await this.#listing.children(reference)) ?? [];
  }

  async assign(reference: number, name: string, text: string): Promise<Variable> {
    const frame = this.#still?.frames[0];
    const value = await this.#evaluate(text, frame);
    return this.#variables.assign(reference, name, value, frame?.call);
  }

  async evaluate(text: string, frameId: number | undefined): Promise<Variable> {
    const value = await this.#evaluate(text, this.#frame(frameId));
    return this.#variables.describeOne("", value);
  }

  /** What cells have declared. While a cell computes it is not disturbed: the list is the one from before. */
  async list(): Promise<Variable[]> {
    const idle = Atomics.load(this.#ports.words, Word.activity) === Activity.idle;
    if (!idle && !this.stands) return this.#listed;
    this.#listing.clear();
    await this.#inspector.post("Runtime.releaseObjectGroup", { objectGroup: listed });
    const names = [...this.#notebook];
    const readers = names.map((name) => `(() => { try { return ${internalName(name)}; } catch {} })()`);
    const { result } = await this.#inspector.post<Evaluated>("Runtime.evaluate", {
      ...{ expression: `[${readers.join(", ")}]`, objectGroup: listed, silent: true },
    });
    const values = await this.#door.list(result);
    this.#listed = await this.#listing.describe(
      names.map((name, i) => [name, values[i] ?? { type: "undefined" }]),
    );
    return this.#listed;
  }

  /** How a variable shows itself as a cell's result. */
  async show(name: string, frameId: number | undefined): Promise<Record<string, unknown>> {
    return this.#door.mime(await this.#evaluate(name, this.#frame(frameId)), this.stands);
  }

  async copyToNotebook(from: string, frameId: number | undefined, to: string): Promise<void> {
    const value = await this.#evaluate(from, this.#frame(frameId));
    await this.#door.declare(to, value);
    this.#notebook = new Set([...this.#notebook, to]);
  }

  async resume(): Promise<void> {
    this.#stops.end();
    await this.#passForeign(this.#stops.passes);
    await this.#go("Debugger.resume");
  }

  async step(kind: StepKind): Promise<void> {
    if (this.#still === undefined) throw new Error("Nothing stands still that could take a step.");
    this.#stops.begin(kind, this.#still.frames, this.#ports.run());
    await this.#passForeign(this.#stops.passes);
    await this.#go(`Debugger.${kind}`);
  }

  async pause(): Promise<void> {
    if (this.stands) return;
    this.#stops.pausing = true;
    await this.#passForeign(this.#stops.passes);
    await this.#inspector.post("Debugger.pause");
  }

  text(path: string): Promise<string | undefined> {
    return this.#scripts.text(path, this.#inspector);
  }

  files(): string[] {
    return this.#scripts.files();
  }

  async #paused(event: Paused): Promise<void> {
    const frames = userFrames(event.callFrames, this.#scripts);
    const verdict = await this.#stops.judge(event, frames, this.#ports.run());
    switch (verdict.does) {
      case "go on":
        return void this.#inspector.post("Debugger.resume").catch(() => {});
      case "step":
        return void this.#inspector.post(`Debugger.${verdict.kind}`).catch(() => {});
      case "stop": {
        this.#stops.forget();
        this.#still = { frames };
        const { reason, description, text, ids } = verdict;
        return this.#ports.event("stopped", {
          ...{ reason, description, threadId: THREAD.id, allThreadsStopped: true },
          ...(text === undefined ? {} : { text }),
          ...(ids === undefined ? {} : { hitBreakpointIds: ids }),
        });
      }
      default:
        verdict satisfies never;
    }
  }

  async #go(method: string): Promise<void> {
    if (!this.stands) return;
    this.#goesOn();
    await this.#inspector.post(method);
  }

  #goesOn(): void {
    if (!this.stands) return;
    this.#still = undefined;
    this.#variables.clear();
    void this.#inspector.post("Runtime.releaseObjectGroup", { objectGroup: stopped }).catch(() => {});
    this.#ports.event("continued", { threadId: THREAD.id, allThreadsContinued: true });
  }

  #frame(id: number | undefined): UserFrame | undefined {
    const frames = this.#still?.frames ?? [];
    return frames.find((one) => one.id === id) ?? (id === undefined || id === 0 ? frames[0] : undefined);
  }

  async #evaluate(text: string, frame: UserFrame | undefined): Promise<RemoteObject> {
    const local = new Set(frame === undefined ? [] : await this.#variables.localNames(frame));
    const expression = toJavaScript(text, { notebook: this.#notebook, local });
    const common = { expression, objectGroup: stopped, silent: true };
    const { result, exceptionDetails } =
      frame === undefined
        ? await this.#inspector.post<Evaluated>("Runtime.evaluate", {
            ...{ ...common, replMode: true, awaitPromise: !this.stands },
          })
        : await this.#inspector.post<Evaluated>("Debugger.evaluateOnCallFrame", {
            ...{ ...common, callFrameId: frame.call.callFrameId },
          });
    if (exceptionDetails === undefined) return result;
    const { exception, text: said } = exceptionDetails;
    const [first = said] = String(exception?.description ?? exception?.value ?? said).split("\n    at ");
    throw new Error(first);
  }

  /** Code of the library is passed over by V8 itself, except where its exceptions are wanted. */
  async #passForeign(pass: boolean): Promise<void> {
    const patterns = pass ? foreignPatterns : [];
    await this.#inspector.post("Debugger.setBlackboxPatterns", { patterns, skipAnonymous: pass });
  }

  #mark(): void {
    const mayStop = this.#breakpoints.any || this.#stops.exceptions !== "none";
    Atomics.store(this.#ports.words, Word.debugging, mayStop ? Debugging.mayStop : Debugging.attached);
  }
}
