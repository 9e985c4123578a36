/**
 * What a live view needs from the program that hosts it (the kernel): comms in both directions and
 * displays that can be replaced later. Nothing here knows of sockets or of the kernel's threads.
 */

/** Data by MIME type, as in a `display_data` message. Binary types (`image/png`) are base64 strings. */
export type MimeBundle = Record<string, unknown>;
export type MimeMetadata = Record<string, unknown>;

/** The method by which a value shows itself; hosts call it as `value[displaySymbol](context)`. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/**
 * A value that has this property (true) replaces its own output later: the host shows it as
 * `display_data` with a display id, also where it is the last expression of a cell.
 */
export const liveSymbol: unique symbol = Symbol.for("tspyro.live") as never;

export interface DisplayContext {
  /** The id under which the returned bundle is going to be shown. */
  displayId?: string;
}

export interface Showable {
  [displaySymbol](context?: DisplayContext): MimeBundle | Promise<MimeBundle>;
}

export interface CommMessage {
  data: unknown;
  buffers?: readonly ArrayBufferView[];
  metadata?: Record<string, unknown>;
}

export interface CommOpenOptions {
  data: unknown;
  metadata?: Record<string, unknown>;
  buffers?: readonly ArrayBufferView[];
}

export interface Comm {
  readonly id: string;
  send(
    data: unknown,
    options?: { buffers?: readonly ArrayBufferView[]; metadata?: Record<string, unknown> },
  ): void;
  onMessage(callback: (message: CommMessage) => void): void;
  onClose(callback: () => void): void;
  close(): void;
}

export interface CommManager {
  /** Sends `comm_open` to the front end. */
  open(target: string, options: CommOpenOptions): Comm;
  /** Comms that the front end opens under `target` go to `handler`. */
  registerTarget(target: string, handler: (comm: Comm, opening: CommMessage) => void): void;
}

export interface DisplayOptions {
  displayId: string;
}

/** Commands that a running `svi.run` understands; the wire thread acts on them at once. */
export type RunCommand =
  | { tspyro: "pause" }
  | { tspyro: "resume" }
  | { tspyro: "stop" }
  | { tspyro: "step" }
  | { tspyro: "lr"; value: number };

/** Commands that only a view understands. */
export type ViewCommand =
  | { tspyro: "scale"; value: "linear" | "log" }
  /** A slider was moved. */
  | { tspyro: "input"; name: string; value: number }
  /** Shows the numbers of a parameter, or hides them if they are shown. */
  | { tspyro: "param-open" | "param-reset" | "param-delete"; name: string }
  | { tspyro: "param-save" | "param-load"; file: string }
  /** The parameters that were deleted last come back. */
  | { tspyro: "param-undo" }
  /** A view that stays live is to become a picture. */
  | { tspyro: "settle" };

/** What stands over a view that a person works with. */
export type Tools = "params" | "sliders";

/** What stands in the bar under a view. */
export type Control = "pause" | "step" | "stop" | "lr" | "scale";

export interface WidgetHost {
  comms: CommManager;
  display(bundle: MimeBundle, metadata: MimeMetadata, options: DisplayOptions): void;
  updateDisplay(bundle: MimeBundle, metadata: MimeMetadata, options: DisplayOptions): void;
  /** Acts on a button of a live view; left out where something nearer to the wire has done so already. */
  command?(command: RunCommand): void;
  /** The cell that runs now. */
  currentCell?(): string | undefined;
  /** How a person knows a cell, for example `[3]`. */
  cellLabel?(cellId: string): string | undefined;
}
