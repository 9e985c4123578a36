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
  /** The run whose code asks. */
  run(): number;
  /** The request of that run, while it is under way. */
  request(): Pick<ExecuteRequest, "allowStdin"> | undefined;
}

/** The functions that every notebook has without the library. */
export function notebookHelpers(parts: HelperParts): Omit<typeof helperTypes, "invalidation"> {
  const { displays, events, payloads, interrupts, post, run } = parts;
  const allowed = () => parts.request()?.allowStdin ?? false;
  const input = new Input({ port: parts.input, interrupts, post, run, allowed });
  return {
    display: (value, options) => displays.display(value, options),
    clearOutput: (options) => displays.clearOutput(options),
    prompt: (text, options) => input.prompt(text, options),
    confirm: (text) => input.confirm(text),
    setNextInput: payloads.setNextInput,
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
