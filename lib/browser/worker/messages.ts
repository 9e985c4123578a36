/** What a page and a worker that infers for it say to each other. */
import type { RunEvent } from "../../infer/run-events.ts";
import type { ParamState } from "../../params/index.ts";

/** A parameter as a reader wants it: its constrained value. */
export interface ParamValue {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type Order = "run" | "pause" | "stop";

export type ToWorker =
  | { readonly kind: "start"; readonly input: unknown }
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "rate"; readonly scale: number };

export interface News {
  readonly kind: "news";
  readonly event: RunEvent;
  /** Losses since the last news, and how many came before; 0 is a new SVI. */
  readonly losses: Float32Array;
  readonly from: number;
  readonly params: Readonly<Record<string, ParamValue>>;
}

export type FromWorker =
  /** The module has said what it serves. */
  | { readonly kind: "ready" }
  | News
  | { readonly kind: "notice"; readonly message: string }
  | { readonly kind: "done"; readonly result: unknown; readonly params: ParamState }
  | { readonly kind: "failed"; readonly name: string; readonly message: string; readonly stack?: string };
