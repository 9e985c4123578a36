/** `names.json`: every name of the manuals, what it is called here, and how far it goes. */
import manual from "../../names.json" with { type: "json" };
import type { Kind } from "./extract.ts";

export const STATES = ["works", "limited", "not yet", "no meaning here"] as const;
export type State = (typeof STATES)[number];

export interface ManualEntry {
  readonly kind: Kind;
  /** The name here, from the package's root: `poutine.Trace.addNode`. */
  readonly here: string;
  /** Our spelling of each argument, `{ ... }` where it is an option; null where it has no meaning here. */
  readonly arguments?: Readonly<Record<string, string | null>>;
  readonly state: State;
  readonly remark?: string;
}

export const names = manual as Readonly<Record<string, unknown>> as Readonly<Record<string, ManualEntry>>;
