import type { WidgetHost } from "./types.ts";
import { answerControl } from "./widget.ts";

let host: WidgetHost | undefined;

/** Install the program that shows live views; without one (or with `undefined`) every view is static. */
export function setWidgetHost(next: WidgetHost | undefined): void {
  host = next;
  if (next !== undefined) answerControl(next.comms);
}

export function currentHost(): WidgetHost | undefined {
  return host;
}
