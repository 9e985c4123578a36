import type { StackFrame, Variable } from "../../kernel/debug/dap.ts";
import type { Kernel, WireMessage } from "./client.ts";

// What a response carries is checked by the tests, field by field.
// biome-ignore lint/suspicious/noExplicitAny: the protocol's content is open
type Open = any;

/** JupyterLab's side of the debugger, over the wire. */
export class DapClient {
  readonly #kernel: Kernel;
  #seq = 0;
  /** How many of the kernel's messages have been looked through for events. */
  #seen = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async ask(command: string, given: object = {}): Promise<Open> {
    const seq = ++this.#seq;
    const request = { type: "request", seq, command, arguments: given };
    const { content } = await this.#kernel.request("control", "debug_request", request);
    return content;
  }

  /** @throws Error where the kernel refuses */
  async body(command: string, given: object = {}): Promise<Open> {
    const { success, message, body } = await this.ask(command, given);
    if (!success) throw new Error(`${command}: ${message}`);
    return body;
  }

  async start(): Promise<void> {
    await this.body("initialize", { clientID: "test", linesStartAt1: true, columnsStartAt1: true });
    await this.body("attach");
  }

  /** @returns the lines in which they came to stand */
  async breakAt(code: string, ...breakpoints: (number | Record<string, unknown>)[]): Promise<number[]> {
    const { sourcePath: path } = await this.body("dumpCell", { code });
    const list = breakpoints.map((one) => (typeof one === "number" ? { line: one } : one));
    const reply = await this.body("setBreakpoints", { source: { path }, breakpoints: list });
    return reply.breakpoints.map(({ line }: { line: number }) => line);
  }

  /** The next event of a kind, counting those that nobody has waited for. */
  async event(kind: string): Promise<Open> {
    const matches = (message: WireMessage) =>
      message.header.msg_type === "debug_event" &&
      message.content.event === kind &&
      this.#kernel.published.indexOf(message) >= this.#seen;
    const found = await this.#kernel.awaitPublished(matches, 20_000);
    this.#seen = this.#kernel.published.indexOf(found) + 1;
    return found.content.body;
  }

  async frames(): Promise<StackFrame[]> {
    return (await this.body("stackTrace", { threadId: 1 })).stackFrames;
  }

  /** Waits for the code to stand still. @returns why, the innermost call's name and its line */
  async stopped(): Promise<{
    reason: string;
    name: string;
    line: number;
    frames: StackFrame[];
    text?: string;
  }> {
    const { reason, text } = await this.event("stopped");
    const frames = await this.frames();
    return { reason, name: frames[0]?.name ?? "", line: frames[0]?.line ?? 0, frames, text };
  }

  /** One step. @returns where it ends */
  async step(command: "next" | "stepIn" | "stepOut"): Promise<{ name: string; line: number }> {
    await this.body(command, { threadId: 1 });
    const { name, line } = await this.stopped();
    return { name, line };
  }

  async go(): Promise<void> {
    await this.body("continue", { threadId: 1 });
  }

  async inside(variablesReference: number): Promise<Variable[]> {
    return (await this.body("variables", { variablesReference })).variables;
  }

  /** Scopes of a frame, each with the texts of its variables. */
  async scopes(frame = 0): Promise<Record<string, Record<string, string>>> {
    const frameId = (await this.frames())[frame]?.id;
    const { scopes } = await this.body("scopes", { frameId });
    const shown: Record<string, Record<string, string>> = {};
    for (const { name, variablesReference } of scopes) {
      const variables = await this.inside(variablesReference);
      shown[name] = Object.fromEntries(variables.map((one) => [one.name, one.value]));
    }
    return shown;
  }

  async variable(name: string): Promise<Variable> {
    const [frame] = await this.frames();
    const { scopes } = await this.body("scopes", { frameId: frame?.id });
    for (const { variablesReference } of scopes) {
      const found = (await this.inside(variablesReference)).find((one) => one.name === name);
      if (found !== undefined) return found;
    }
    throw new Error(`there is no variable ${name}`);
  }

  async evaluate(expression: string, frame = 0): Promise<string> {
    const frameId = (await this.frames())[frame]?.id;
    return (await this.body("evaluate", { expression, frameId, context: "repl" })).result;
  }
}
