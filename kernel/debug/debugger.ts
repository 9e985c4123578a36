import { basename } from "node:path";
import type { DebugScript } from "../wire/messages.ts";
import { type DapEvent, type DapRequest, type DapResponse, type SourceBreakpoint, THREAD } from "./dap.ts";
import { naming } from "./scripts.ts";
import { DebugSession, type SessionPorts } from "./session.ts";

/**
 * The debugger: JupyterLab's debug requests (the Debug Adapter Protocol, and what Jupyter adds to it) answered by V8's
 * inspector. It lives on the wire's thread, whose inspector session reaches the main thread without a port, so it answers
 * while a cell computes and while it stands at a breakpoint. A cell is known by its text: front ends hash it. Before
 * a cell runs, main tells its script and source map and waits until breakpoints stand in it; all that the front end sees
 * is in places of the TypeScript. Main's own end is door.ts. Nothing here is loaded before the first debug_request,
 * and nothing is switched on before `initialize`.
 */
export interface DebuggerPorts extends Omit<SessionPorts, "event"> {
  event(event: DapEvent): void;
}

type Arguments = DapRequest["arguments"];

const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsModulesRequest: true,
  supportTerminateDebuggee: false,
  exceptionBreakpointFilters: [
    { filter: "uncaught", label: "Uncaught exceptions", default: false },
    { filter: "all", label: "All exceptions", default: false },
  ],
};

export class Debugger {
  readonly #ports: DebuggerPorts;
  #session: DebugSession | undefined;
  #seq = 0;

  constructor(ports: DebuggerPorts) {
    this.#ports = ports;
  }

  /** Whether user code stands still. */
  get stands(): boolean {
    return this.#session?.stands === true;
  }

  async answer(content: Readonly<Record<string, unknown>>): Promise<DapResponse> {
    const command = String(content.command ?? "");
    const given = content.arguments;
    const values = typeof given === "object" && given !== null ? (given as Arguments) : {};
    const common = { type: "response", request_seq: Number(content.seq ?? 0), command } as const;
    try {
      const body = await this.#handle(command, values);
      return { ...common, seq: ++this.#seq, success: true, body };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...common, seq: ++this.#seq, success: false, message, body: {} };
    }
  }

  async announce(script: DebugScript, names: readonly string[]): Promise<void> {
    await this.#session?.announce(script, names).catch(() => {});
  }

  /** The cell is being ended. */
  release(): void {
    this.#session?.release();
  }

  /** The process ends. */
  close(): void {
    this.#session?.cut();
    this.#session = undefined;
  }

  async #handle(command: string, values: Arguments): Promise<object> {
    switch (command) {
      case "debugInfo":
        return this.#info();
      case "initialize":
        return this.#start();
      case "disconnect":
      case "terminate":
        return this.#stop();
      // Front ends that have no session yet, or none any more, ask for these.
      case "inspectVariables":
        return { variables: (await this.#session?.list()) ?? [] };
      case "attach":
      case "configurationDone":
        return {};
      default:
        return this.#whileAttached(command, values, this.#attached());
    }
  }

  async #whileAttached(command: string, values: Arguments, session: DebugSession): Promise<object> {
    switch (command) {
      case "dumpCell":
        return { sourcePath: session.dump(String(values.code ?? "")) };
      case "setBreakpoints":
        return { breakpoints: await session.setBreakpoints(pathIn(values), breakpointsIn(values)) };
      case "setExceptionBreakpoints": {
        const filters = Array.isArray(values.filters) ? values.filters : [];
        await session.stopOn(
          filters.includes("all") ? "all" : filters.includes("uncaught") ? "uncaught" : "none",
        );
        return {};
      }
      case "threads":
        return { threads: [THREAD] };
      case "stackTrace": {
        const frames = session.stack();
        const from = numberIn(values.startFrame) ?? 0;
        const levels = numberIn(values.levels) || frames.length;
        return { stackFrames: frames.slice(from, from + levels), totalFrames: frames.length };
      }
      case "scopes":
        return { scopes: session.scopes(numberIn(values.frameId) ?? 0) };
      case "variables":
        return { variables: await session.children(numberIn(values.variablesReference) ?? 0) };
      case "setVariable": {
        const reference = numberIn(values.variablesReference) ?? 0;
        return session.assign(reference, String(values.name), String(values.value));
      }
      case "evaluate": {
        const { value, ...shown } = await session.evaluate(
          String(values.expression),
          numberIn(values.frameId),
        );
        return { ...shown, result: value };
      }
      case "richInspectVariables": {
        const data = await session.show(String(values.variableName), numberIn(values.frameId));
        return { data, metadata: {} };
      }
      case "copyToGlobals": {
        const { srcVariableName, dstVariableName, srcFrameId } = values;
        await session.copyToNotebook(nameIn(srcVariableName), numberIn(srcFrameId), nameIn(dstVariableName));
        return {};
      }
      case "continue":
        await session.resume();
        return { allThreadsContinued: true };
      case "next":
        await session.step("stepOver");
        return {};
      case "stepIn":
        await session.step("stepInto");
        return {};
      case "stepOut":
        await session.step("stepOut");
        return {};
      case "pause":
        await session.pause();
        return {};
      case "source": {
        const path = pathIn(values);
        const content = await session.text(path);
        if (content === undefined) throw new Error(`There is no source ${path}.`);
        return { content };
      }
      case "modules": {
        const modules = session.files().map((path) => ({ id: path, name: basename(path), path }));
        return { modules, totalModules: modules.length };
      }
      default:
        throw new Error(`The debugger does not know the request "${command}".`);
    }
  }

  #info(): object {
    return {
      isStarted: this.#session !== undefined,
      ...naming,
      breakpoints: this.#session?.breakpoints ?? [],
      stoppedThreads: this.stands ? [THREAD.id] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: true,
    };
  }

  async #start(): Promise<object> {
    if (this.#session === undefined) {
      const session = new DebugSession({ ...this.#ports, event: (event, body) => this.#event(event, body) });
      this.#session = session;
      await session.attach();
    }
    this.#event("initialized", {});
    return capabilities;
  }

  async #stop(): Promise<object> {
    const session = this.#session;
    await session?.detach();
    this.#session = undefined;
    return {};
  }

  #attached(): DebugSession {
    if (this.#session === undefined)
      throw new Error("The debugger is off. A front end switches it on by the request `initialize`.");
    return this.#session;
  }

  #event(event: string, body: object): void {
    this.#ports.event({ type: "event", seq: ++this.#seq, event, body });
  }
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function nameIn(value: unknown): string {
  const name = String(value);
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    throw new Error(`"${name}" is no name of a variable.`);
  return name;
}

function pathIn({ source }: Arguments): string {
  return String((source as { path?: unknown } | undefined)?.path ?? "");
}

function breakpointsIn({ breakpoints, lines }: Arguments): SourceBreakpoint[] {
  if (Array.isArray(breakpoints)) {
    return breakpoints.flatMap((one: unknown) => {
      const given = (one ?? {}) as Record<string, unknown>;
      const line = numberIn(given.line);
      if (line === undefined || line < 1) return [];
      const column = numberIn(given.column);
      const text = (key: "condition" | "hitCondition" | "logMessage") =>
        typeof given[key] === "string" && given[key] !== "" ? { [key]: given[key] } : {};
      return [
        {
          line,
          ...(column === undefined ? {} : { column }),
          ...text("condition"),
          ...text("hitCondition"),
          ...text("logMessage"),
        },
      ];
    });
  }
  return (Array.isArray(lines) ? lines : [])
    .filter((line) => typeof line === "number")
    .map((line) => ({ line }));
}
