import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { watchKernel } from "./kernel-watch.ts";

class FakeSignal<T> {
  readonly slots = new Set<(sender: unknown, value: T) => void>();
  connect(slot: (sender: unknown, value: T) => void): void {
    this.slots.add(slot);
  }
  disconnect(slot: (sender: unknown, value: T) => void): void {
    this.slots.delete(slot);
  }
  emit(value: T): void {
    for (const slot of [...this.slots]) slot(undefined, value);
  }
}

/** A page with a widget's element, its model and its kernel. */
function page({ kernel: known = true } = {}) {
  const { document } = parseHTML("<!doctype html><body><div class='widget'><div class='view'></div></div>");
  const listeners = new Set<() => void>();
  const kernel = { statusChanged: new FakeSignal<string>(), disposed: new FakeSignal<unknown>() };
  let times = 0;
  return {
    widget: document.querySelector(".widget") as unknown as Element,
    view: document.querySelector(".view") as unknown as Element,
    model: {
      on: (_: string, listener: () => void) => void listeners.add(listener),
      off: (_: string, listener: () => void) => void listeners.delete(listener),
      widget_manager: known ? { kernel } : undefined,
    },
    kernel,
    sayCommChange: () => {
      for (const listener of [...listeners]) listener();
    },
    count: () => times++,
    times: () => times,
    watchers: () => listeners.size + kernel.statusChanged.slots.size + kernel.disposed.slots.size,
  };
}
type Page = ReturnType<typeof page>;

const disconnect = (of: Page) => of.widget.classList.add("jupyter-widgets-disconnected");

const ends: [string, (of: Page) => void, { kernel: boolean }?][] = [
  ["restarting", (of) => of.kernel.statusChanged.emit("restarting")],
  ["autorestarting", (of) => of.kernel.statusChanged.emit("autorestarting")],
  ["dead", (of) => of.kernel.statusChanged.emit("dead")],
  ["terminating", (of) => of.kernel.statusChanged.emit("terminating")],
  ["changed for another one", (of) => of.kernel.disposed.emit(undefined)],
  [
    "one whose manager only tells the widget",
    (of) => {
      disconnect(of);
      of.sayCommChange();
    },
    { kernel: false },
  ],
];

describe("a view's kernel", () => {
  it.each(ends)("is gone: %s", (_, end, options) => {
    const own = page(options);
    watchKernel(own.model, own.view, own.count);
    expect(own.times()).toBe(0);
    end(own);
    expect(own.times()).toBe(1);
    // Once gone it stays gone, and nobody listens any more.
    end(own);
    expect(own.times()).toBe(1);
    expect(own.watchers()).toBe(0);
  });

  it("is gone already where the view is drawn after its end", () => {
    const own = page();
    disconnect(own);
    watchKernel(own.model, own.view, own.count);
    expect(own.times()).toBe(1);
  });

  it.each(["busy", "idle", "unknown", "starting"])("is there while its status is %s", (status) => {
    const own = page();
    watchKernel(own.model, own.view, own.count);
    own.kernel.statusChanged.emit(status);
    own.sayCommChange();
    expect(own.times()).toBe(0);
  });

  it("is not watched after the view's end", () => {
    const own = page();
    watchKernel(own.model, own.view, own.count)();
    expect(own.watchers()).toBe(0);
    own.kernel.statusChanged.emit("dead");
    expect(own.times()).toBe(0);
  });
});
