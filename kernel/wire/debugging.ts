import type { DapResponse } from "../debug/dap.ts";
import type { Debugger, DebuggerPorts } from "../debug/debugger.ts";
import type { DebugScript } from "./messages.ts";

/** The debugger as the wire has it: nothing of it is loaded before the first debug_request. */
export class Debugging {
  readonly #ports: DebuggerPorts;
  #loading: Promise<Debugger> | undefined;
  #debugger: Debugger | undefined;

  constructor(ports: DebuggerPorts) {
    this.#ports = ports;
  }

  /** Whether user code stands at a breakpoint. */
  get stands(): boolean {
    return this.#debugger?.stands === true;
  }

  async answer(content: Readonly<Record<string, unknown>>): Promise<DapResponse> {
    this.#loading ??= this.#load();
    return await (await this.#loading).answer(content);
  }

  /** Main waits until this is through, also where there is no debugger any more. */
  async announce(script: DebugScript, names: readonly string[]): Promise<void> {
    await this.#debugger?.announce(script, names);
  }

  /** The cell that stands is being ended. */
  release(): void {
    this.#debugger?.release();
  }

  close(): void {
    this.#debugger?.close();
  }

  async #load(): Promise<Debugger> {
    const { Debugger } = await import("../debug/debugger.ts");
    this.#debugger = new Debugger(this.#ports);
    return this.#debugger;
  }
}
