import { isGuarded } from "./breakable.ts";
import type { Breakpoints } from "./breakpoints.ts";
import type { UserFrame } from "./frames.ts";
import type { CallFrame, Paused } from "./inspector.ts";

export type StepKind = "stepOver" | "stepInto" | "stepOut";

/** Which exceptions stop: none, those that nothing in the user's code catches, or all. */
export type ExceptionMode = "none" | "uncaught" | "all";

/** What is done about a pause of V8's. */
export type Verdict =
  | { does: "stop"; reason: string; description: string; text?: string; ids?: readonly number[] }
  | { does: "go on" }
  | { does: "step"; kind: StepKind };

interface Step {
  readonly kind: StepKind;
  /** The execution in which it was asked for: it ends with that. */
  readonly run: number | undefined;
  readonly line: number;
  readonly path: string;
  readonly depth: number;
  /** Where V8 has stopped on the way. */
  readonly seen: Set<string>;
}

const goOn: Verdict = { does: "go on" };

/**
 * V8 stops at every expression, in code that nobody wrote and for exceptions that someone catches. People step by lines,
 * through what they have written.
 */
export class Stops {
  readonly #breakpoints: Breakpoints;
  exceptions: ExceptionMode = "none";
  /** Whether the user wants to stop wherever the code is. */
  pausing = false;
  #step: Step | undefined;
  /** Where the last exception has come by: the library throws anew what it adds to. */
  #thrown: ReadonlySet<string> = new Set();

  constructor(breakpoints: Breakpoints) {
    this.#breakpoints = breakpoints;
  }

  /** The user takes a step from here. */
  begin(kind: StepKind, frames: readonly UserFrame[], run: number | undefined): void {
    const [top] = frames;
    if (top === undefined) return;
    const { line, source } = top.place;
    const seen = new Set([positionOf(top.call)]);
    this.#step = { ...{ kind, run, line, path: source.path, seen }, depth: frames.length };
  }

  /** The user lets it run. */
  end(): void {
    this.#step = undefined;
  }

  forget(): void {
    this.#step = undefined;
    this.#thrown = new Set();
    this.pausing = false;
  }

  async judge(paused: Paused, frames: readonly UserFrame[], run: number | undefined): Promise<Verdict> {
    const [top] = frames;
    const reasons = paused.data?.reasons?.map((one) => one.reason) ?? [paused.reason];
    if (top === undefined) {
      // Whatever the kernel is doing, the user's code comes next.
      if (this.pausing) return { does: "step", kind: "stepInto" };
      return this.#step === undefined ? goOn : { does: "step", kind: "stepOut" };
    }
    const ids = this.#breakpoints.hit(paused.hitBreakpoints ?? []);
    if (ids.length > 0)
      return { does: "stop", reason: "breakpoint", description: "Paused on breakpoint", ids };
    const exception = reasons.some((reason) => reason === "exception" || reason === "promiseRejection");
    if (exception && (await this.#wants(paused, frames))) {
      const text = textOf(paused);
      return { does: "stop", reason: "exception", description: "Paused on exception", ...text };
    }
    if (this.#step !== undefined && reasons.includes("step"))
      return this.#afterStep(this.#step, paused, top, frames.length, run);
    if (exception || (paused.hitBreakpoints?.length ?? 0) > 0) return goOn;
    if (this.pausing) return { does: "stop", reason: "pause", description: "Paused" };
    if (reasons.includes("step")) return goOn;
    return { does: "stop", reason: "breakpoint", description: "Paused on debugger statement" };
  }

  #afterStep(
    step: Step,
    { callFrames }: Paused,
    top: UserFrame,
    depth: number,
    run: number | undefined,
  ): Verdict {
    const [call] = callFrames;
    if (call === undefined) return goOn;
    // The cell has ended: the next one is not part of the step.
    if (step.run !== run) {
      this.#step = undefined;
      return goOn;
    }
    if (call !== top.call) return { does: "step", kind: "stepOut" };
    if (top.place.script?.isAdded(call.location) === true) return { does: "step", kind: "stepOver" };
    const { line, source } = top.place;
    const position = positionOf(call);
    // Still in the line it began in, unless that line is a whole loop.
    const sameLine = line === step.line && source.path === step.path && depth === step.depth;
    if (sameLine && !step.seen.has(position)) {
      step.seen.add(position);
      return { does: "step", kind: step.kind === "stepOut" ? "stepOver" : step.kind };
    }
    return { does: "stop", reason: "step", description: "Paused on step" };
  }

  async #wants({ callFrames }: Paused, frames: readonly UserFrame[]): Promise<boolean> {
    if (this.exceptions === "none") return false;
    const [top] = frames;
    if (top === undefined || this.#thrown.has(positionOf(top.call))) return false;
    const guards = await Promise.all(
      frames.map(async ({ place }) => {
        const shape = await this.#breakpoints.shape(place.source.path);
        return shape !== undefined && isGuarded(shape, place);
      }),
    );
    const caught = guards.includes(true);
    // What the library throws and catches is its own affair.
    const wanted = !caught || (this.exceptions === "all" && callFrames[0] === top.call);
    if (wanted) this.#thrown = new Set(frames.map(({ call }) => positionOf(call)));
    return wanted;
  }

  /** Whether V8 passes over foreign code; what is thrown there it would not tell then. */
  get passes(): boolean {
    return this.exceptions === "none" || this.#step?.kind === "stepInto" || this.pausing;
  }
}

function positionOf({ location }: CallFrame): string {
  return `${location.scriptId}:${location.lineNumber}:${location.columnNumber}`;
}

function textOf({ data }: Paused): { text?: string } {
  const thrown = data?.reasons?.find((one) => /exception|Rejection/.test(one.reason))?.auxData ?? data;
  const [first] = String(thrown?.description ?? thrown?.value ?? "").split("\n    at ");
  return first === undefined || first === "" ? {} : { text: first };
}
