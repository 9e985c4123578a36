/**
 * Says when the kernel behind a view is gone for good: restarted, dead, shut down or changed for another one.
 * Front ends tell it in ways of their own, none of which every one of them has: a class on the widget's element
 * and an event when its comm goes (the widget manager's, on a restart that was asked for), and the status of the
 * kernel (JupyterLab's and Notebook's, also where it died).
 */
export interface WatchedModel {
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  widget_manager?: unknown;
}

/** As Lumino's signals are. */
interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): unknown;
  disconnect(slot: (sender: unknown, value: T) => void): unknown;
}

interface Kernel {
  statusChanged?: Signal<string>;
  disposed?: Signal<unknown>;
}

const lastStatuses: ReadonlySet<string> = new Set(["restarting", "autorestarting", "terminating", "dead"]);

/** Calls `gone` once; returns what ends the watch. */
export function watchKernel(model: WatchedModel, element: Element, gone: () => void): () => void {
  const kernel = kernelOf(model.widget_manager);
  const end = () => {
    model.off("comm_live_update", look);
    kernel?.statusChanged?.disconnect(hear);
    kernel?.disposed?.disconnect(leave);
  };
  const leave = () => {
    end();
    gone();
  };
  const look = () => {
    if (element.closest(".jupyter-widgets-disconnected") !== null) leave();
  };
  const hear = (_sender: unknown, status: string) => {
    if (lastStatuses.has(status)) leave();
  };
  model.on("comm_live_update", look);
  kernel?.statusChanged?.connect(hear);
  kernel?.disposed?.connect(leave);
  // A view that comes back into sight may have missed it.
  look();
  return end;
}

function kernelOf(manager: unknown): Kernel | undefined {
  if (typeof manager !== "object" || manager === null || !("kernel" in manager)) return undefined;
  const { kernel } = manager;
  return typeof kernel === "object" && kernel !== null ? kernel : undefined;
}
