import type { ParamStoreDict } from "./param-store.ts";
import type { DroppedParams } from "./types.ts";

/**
 * `clear_param_store` on cell re-execution. The ParamStore is global, so a cell that is run again would go on from
 * old parameters; here it starts as if it had never run: what it created is dropped before it runs (optimizers drop
 * their state with it, by the parameter's `life`), and comes back if the cell fails before it has created anything.
 * Jupyter's cells and Observable's follow the same rule by this code; only who says that a cell runs again differs.
 */
export const policies = ["cell", "all", "off"] as const;
/** Which parameters a re-execution clears: the cell's own, all of them, or none. */
export type ParamPolicy = (typeof policies)[number];

/** A cell with this tag goes on with its parameters. */
export const KEEP_TAG = "keep-params";

export interface ExecutedCell {
  /** The notebook's id of the cell; without one (console, nbclient) nothing is cleared. */
  readonly cellId?: string | undefined;
  readonly tags: readonly string[];
  /** How a person knows it, for example `Cell [3]`. */
  readonly label?: string;
}

export class ParamHook {
  policy: ParamPolicy = "cell";
  readonly #store: ParamStoreDict;
  readonly #executed = new Set<string>();
  #dropped: DroppedParams | undefined;
  #created = false;

  constructor(store: ParamStoreDict) {
    this.#store = store;
    store.onChange(({ type }) => {
      if (type === "create") this.#created = true;
    });
  }

  /** Before a cell runs. @returns the line that tells what was cleared, if anything was */
  before({ cellId, tags, label }: ExecutedCell): string | undefined {
    this.#created = false;
    this.#dropped = undefined;
    this.#store.setOwner(cellId ?? null, label);
    if (cellId === undefined) return undefined;
    const again = this.#executed.has(cellId);
    this.#executed.add(cellId);
    if (!again || this.policy === "off" || tags.includes(KEEP_TAG)) return undefined;
    const names = this.policy === "all" ? [...this.#store.keys()] : this.#store.namesOwnedBy(cellId);
    if (names.length === 0) return undefined;
    this.#dropped = this.#store.drop(names);
    return notice(names, this.policy);
  }

  /**
   * What a cell made is no longer wanted: in Observable that is known before it runs again, and when it is taken out.
   * @returns the names of what was dropped
   */
  invalidate({ cellId, tags }: ExecutedCell): readonly string[] {
    if (cellId === undefined || this.policy === "off" || tags.includes(KEEP_TAG)) return [];
    const dropped = this.#store.dropOwned(cellId);
    dropped.discard();
    return dropped.names;
  }

  /** Puts back what was cleared when this cell began, except what has been created since (`svi.run` with `resume`). */
  resume(): string[] {
    return this.#takeBack();
  }

  /** After a cell. @returns the line that tells what came back, if anything did */
  after(failed: boolean): string | undefined {
    this.#store.setOwner(null);
    const back = failed && !this.#created ? this.#takeBack() : [];
    this.#dropped?.discard();
    this.#dropped = undefined;
    if (back.length === 0) return undefined;
    return `The cell failed before it created a parameter: ${list(back)} ${back.length === 1 ? "is" : "are"} back as before.`;
  }

  #takeBack(): string[] {
    const back = this.#dropped?.restore() ?? [];
    this.#dropped = undefined;
    return back;
  }
}

function notice(names: readonly string[], policy: ParamPolicy): string {
  const whose = policy === "all" ? "all parameters" : "made by an earlier run of this cell";
  return `Cleared ${list(names)} (${whose}). To go on training: the cell tag "${KEEP_TAG}", or svi.run(…, { resume: true }).`;
}

/** Names in a line that stays a line: beyond eight they are counted. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
