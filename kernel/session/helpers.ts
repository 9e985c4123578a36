import type { MessagePort } from "node:worker_threads";
import type { Displays } from "../execute/display.ts";
import type { Interrupts } from "../execute/interrupts.ts";
import type * as helperTypes from "../language/notebook-globals.ts";
import type { ExecuteRequest, ToWire } from "../wire/messages.ts";
import type { CellEvents } from "./events.ts";
import { FileAttachment } from "./files/attachment.ts";
import { Input } from "./input.ts";
import { html, md, svg, tex } from "./markup.ts";
import type { Payloads } from "./payloads.ts";
import { table } from "./table.ts";

export interface HelperParts {
  input: MessagePort;
  interrupts: Interrupts;
  displays: Displays;
  events: CellEvents;
  payloads: Payloads;
  post(message: ToWire): void;
  /** Told by which function a cell's code shows something. */
  shows(what: string): void;
  /** The run whose code asks. */
  run(): number;
  /** The request of that run, while it is under way. */
  request(): Pick<ExecuteRequest, "allowStdin"> | undefined;
}

/** The functions that every notebook has without the library. */
export function notebookHelpers(parts: HelperParts): Omit<typeof helperTypes, "invalidation"> {
  const { displays, events, payloads, interrupts, post, run, shows } = parts;
  const allowed = () => parts.request()?.allowStdin ?? false;
  const input = new Input({ port: parts.input, interrupts, post, run, allowed });
  const told = <A extends unknown[], R>(what: string, f: (...args: A) => R) => {
    return (...args: A): R => {
      shows(what);
      return f(...args);
    };
  };
  return {
    display: told("display", (value, options) => displays.display(value, options)),
    clearOutput: told("clearOutput", (options) => displays.clearOutput(options)),
    prompt: told("prompt", (text, options) => input.prompt(text, options)),
    confirm: told("confirm", (text) => input.confirm(text)),
    setNextInput: told("setNextInput", payloads.setNextInput),
    onCellStart: events.onCellStart,
    onCellEnd: events.onCellEnd,
    table,
    FileAttachment,
    md,
    html,
    svg,
    tex,
  };
}
