import { scriptPrefix } from "../execute/names.ts";
import { breakableAt, type CellShape, shapeOf } from "./breakable.ts";
import type { Breakpoint, SourceBreakpoint } from "./dap.ts";
import { logExpression, type Names, toJavaScript } from "./expression.ts";
import type { Inspector } from "./inspector.ts";
import type { Script } from "./script.ts";
import { fileUrlPattern, Scripts } from "./scripts.ts";

interface Wanted extends Breakpoint {
  readonly asked: SourceBreakpoint;
  readonly column: number;
  hits: number;
}

/**
 * Breakpoints by the text of a cell: each execution of that text gets them, by the name of its script and before it runs.
 * They stand in lines of TypeScript; a line in which nothing is done hands its breakpoint on to the next.
 */
export class Breakpoints {
  readonly #inspector: Inspector;
  readonly #scripts: Scripts;
  readonly #names: () => Names;
  readonly #wanted = new Map<string, readonly Wanted[]>();
  /** V8's breakpoints, by the file or cell that they are for. */
  readonly #set = new Map<string, Map<string, Wanted>>();
  readonly #shapes = new Map<string, CellShape>();
  #count = 0;

  constructor(inspector: Inspector, scripts: Scripts, names: () => Names) {
    this.#inspector = inspector;
    this.#scripts = scripts;
    this.#names = names;
  }

  get any(): boolean {
    return [...this.#wanted.values()].some((list) => list.length > 0);
  }

  /** For front ends that come back. */
  list(): { source: string; breakpoints: { line: number }[] }[] {
    return [...this.#wanted]
      .filter(([, list]) => list.length > 0)
      .map(([source, list]) => ({ source, breakpoints: list.map(({ line }) => ({ line })) }));
  }

  /** Replaces the breakpoints of a cell or file. */
  async replace(path: string, asked: readonly SourceBreakpoint[]): Promise<Breakpoint[]> {
    const old = this.#set.get(path);
    this.#set.delete(path);
    for (const breakpointId of old?.keys() ?? [])
      await this.#inspector.post("Debugger.removeBreakpoint", { breakpointId });
    const shape = await this.shape(path);
    const wanted = asked.map((one): Wanted => {
      const at = shape === undefined ? { column: 1, ...one } : breakableAt(shape, one.line, one.column);
      const place = { line: at?.line ?? one.line, column: at?.column ?? 1 };
      const common = { id: ++this.#count, asked: one, source: { path }, hits: 0, ...place };
      if (at !== undefined) return { ...common, verified: true };
      return { ...common, verified: false, message: "There is nothing in this cell to stop at." };
    });
    this.#wanted.set(path, wanted);
    if (!Scripts.isCell(path)) await this.#arm(path, { urlRegex: fileUrlPattern(path) }, undefined);
    else for (const script of this.#scripts.executions(path)) await this.arm(path, script);
    return wanted.map(({ id, verified, line, source, message }) => ({
      ...{ id, verified, line, source },
      ...(message === undefined ? {} : { message }),
    }));
  }

  /** Puts the breakpoints of a cell into one execution of it. */
  arm(path: string, script: Script): Promise<void> {
    return this.#arm(path, { url: `${scriptPrefix}${script.run}` }, script);
  }

  async #arm(path: string, address: object, script: Script | undefined): Promise<void> {
    const set = this.#set.get(path) ?? new Map<string, Wanted>();
    this.#set.set(path, set);
    for (const wanted of this.#wanted.get(path) ?? []) {
      if (!wanted.verified) continue;
      const { line, column } = wanted;
      const at =
        script === undefined
          ? { lineNumber: line - 1, columnNumber: column - 1 }
          : script.toScript({ line, column });
      if (at === undefined) continue;
      const condition = this.#condition(wanted.asked);
      // Two breakpoints at one place: V8 refuses the second.
      const { breakpointId } = await this.#inspector
        .post<{ breakpointId?: string }>("Debugger.setBreakpointByUrl", { ...address, ...at, ...condition })
        .catch(() => ({ breakpointId: undefined }));
      if (breakpointId !== undefined) set.set(breakpointId, wanted);
    }
  }

  #condition({ condition, logMessage }: SourceBreakpoint): { condition?: string } {
    // What the names of the function are is known only there: the notebook's have to do.
    const names = this.#names();
    const test =
      condition === undefined || condition.trim() === "" ? undefined : toJavaScript(condition, names);
    if (logMessage === undefined || logMessage === "") return test === undefined ? {} : { condition: test };
    const log = logExpression(logMessage, names);
    return { condition: test === undefined ? log : `${test} && ${log}` };
  }

  /** Counts a hit. @returns the numbers of those that stop; empty where none does */
  hit(breakpointIds: readonly string[]): number[] {
    const stopping: number[] = [];
    for (const set of this.#set.values()) {
      for (const breakpointId of breakpointIds) {
        const wanted = set.get(breakpointId);
        if (wanted === undefined) continue;
        wanted.hits++;
        if (stops(wanted.hits, wanted.asked.hitCondition)) stopping.push(wanted.id);
      }
    }
    return stopping;
  }

  /** Undefined for a file, and for a cell whose text nobody has told. */
  async shape(path: string): Promise<CellShape | undefined> {
    const known = this.#shapes.get(path);
    if (known !== undefined) return known;
    const code = this.#scripts.code(path);
    if (code === undefined) return undefined;
    const shape = await shapeOf(code);
    this.#shapes.set(path, shape);
    return shape;
  }
}

function stops(hits: number, condition: string | undefined): boolean {
  const [, sign = "", digits] = /^\s*(>=|<=|==?=?|>|<|%)?\s*(\d+)\s*$/.exec(condition ?? "") ?? [];
  if (digits === undefined) return true;
  const limit = Number(digits);
  switch (sign) {
    case ">":
      return hits > limit;
    case "<":
      return hits < limit;
    case "<=":
      return hits <= limit;
    case "%":
      return hits % limit === 0;
    case "=":
    case "==":
    case "===":
      return hits === limit;
    default:
      return hits >= limit;
  }
}
