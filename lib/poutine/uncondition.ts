/** `uncondition` draws observed sites again: a model with its data becomes a simulator of data. */
import type { Message } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";

export class UnconditionPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  override processMessage(msg: Message): undefined {
    if (msg.type !== "sample" || !msg.isObserved) return;
    // `deterministic` and `factor` are no data.
    if (msg.infer._deterministic === true || msg.infer.isAuxiliary === true) return;
    msg.infer = { ...msg.infer, wasObserved: true, obs: msg.value };
    msg.isObserved = false;
    msg.value = undefined;
    msg.done = false;
  }
}

/** Makes observed sites latent again; what was observed is in `infer.obs`. */
export function uncondition<A extends unknown[], R>(fn: Program<A, R> | null): UnconditionPoutine<A, R> {
  return new UnconditionPoutine(fn);
}
