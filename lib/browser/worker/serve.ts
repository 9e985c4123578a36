import { setRunControlFactory } from "../../infer/control.ts";
import { onRunStart } from "../../infer/run-events.ts";
import { setNoticeHook } from "../../notice.ts";
import { getParamStore } from "../../params/index.ts";
import type { FromWorker, Order, ParamValue, ToWorker } from "./messages.ts";

/** The global scope of a worker, as far as it is used. */
interface Scope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}

/**
 * Says, in a module that a page starts by `inWorker`, what is to be done there. While `svi.run` runs in it, the page hears
 * losses and parameters some twenty times a second, and may pause and stop it.
 *
 * @param f gets what the page sent; what it returns must be such as can be sent (`structuredClone`): numbers, strings,
 *   arrays, typed arrays, plain objects, no tensors. The parameters are sent without that.
 *
 * @example
 * // train.js
 * import { SVI, optim, serveWorker } from "./tspyro.js";
 * serveWorker(async ({ flips, steps }) => {
 *   const svi = new SVI(model(flips), guide, new optim.Adam({ lr: 0.01 }), "ELBO");
 *   const { compiled } = await svi.run(steps);
 *   return { compiled };
 * });
 */
export function serveWorker<I = unknown, R = unknown>(f: (input: I) => R | Promise<R>): void {
  const scope = globalThis as unknown as Scope;
  const say = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
  let order: Order = "run";
  let scale = 1;
  setRunControlFactory(() => ({
    poll: () => order,
    get lrScale() {
      return scale;
    },
  }));
  setNoticeHook((message) => say({ kind: "notice", message }));
  onRunStart((run) => {
    let sent = 0;
    run.subscribe((event) => {
      const losses = run.losses().slice(sent);
      const params = valuesOfParams();
      const buffers = [losses, ...Object.values(params).map(({ values }) => values)].map((x) => x.buffer);
      say({ kind: "news", event, losses, from: sent, params }, buffers);
      sent += losses.length;
    });
  });
  scope.addEventListener("message", ({ data }) => {
    switch (data.kind) {
      case "start":
        void answer(() => f(data.input as I), say);
        return;
      case "order":
        order = data.order;
        return;
      case "rate":
        scale = data.scale;
        return;
      default:
        data satisfies never;
    }
  });
  say({ kind: "ready" });
}

async function answer(f: () => unknown, say: (message: FromWorker) => void): Promise<void> {
  try {
    const result = await f();
    say({ kind: "done", result, params: getParamStore().getState() });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    say({ kind: "failed", name, message, ...(stack !== undefined && { stack }) });
  }
}

function valuesOfParams(): Record<string, ParamValue> {
  const found: Record<string, ParamValue> = Object.create(null);
  for (const [name, value] of getParamStore().entries()) {
    found[name] = { shape: value.shape, values: Float32Array.from(value.dataSync()) };
  }
  return found;
}
