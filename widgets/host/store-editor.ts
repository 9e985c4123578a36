import type { EditedStore } from "./sources.ts";
import type { ViewCommand } from "./types.ts";

/** What the last command came to. */
export interface EditorNotice {
  readonly text: string;
  /** It failed. */
  readonly bad?: boolean;
}

/** Acts on a store for the person at its table: one parameter or all of them, and back. */
export class StoreEditor {
  readonly #store: EditedStore;
  readonly #changed: () => void;
  #dropped: ReturnType<EditedStore["drop"]> | undefined;
  notice: EditorNotice = { text: "" };
  /** The parameters whose numbers are shown. */
  readonly open = new Set<string>();

  constructor(store: EditedStore, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
  }

  /** Names that can come back. */
  get dropped(): readonly string[] {
    return this.#dropped?.names ?? [];
  }

  obey(command: ViewCommand): void {
    try {
      const text = this.#act(command);
      if (text !== undefined) this.notice = { text };
    } catch (error) {
      this.notice = { text: error instanceof Error ? error.message : String(error), bad: true };
    }
    this.#changed();
  }

  #act(command: ViewCommand): string | undefined {
    const store = this.#store;
    switch (command.tspyro) {
      case "param-open":
        if (!this.open.delete(command.name) && store.has(command.name)) this.open.add(command.name);
        return undefined;
      case "param-reset":
        store.reset(command.name);
        return `${command.name} is back at its first value`;
      case "param-delete":
        this.#dropped?.discard();
        this.#dropped = store.drop([command.name]);
        return `${command.name} is deleted`;
      case "param-undo": {
        const back = this.#dropped?.restore() ?? [];
        this.#dropped = undefined;
        return back.length === 0
          ? "nothing came back: the name is taken again"
          : `${back.join(", ")} ${back.length === 1 ? "is" : "are"} back`;
      }
      case "param-save":
        store.save(command.file);
        return `saved to ${command.file}`;
      case "param-load": {
        const { replaced, created } = store.load(command.file);
        return `loaded ${command.file}: ${replaced.length} replaced, ${created.length} new`;
      }
      case "scale":
      case "input":
      case "settle":
        return undefined;
      default:
        return command satisfies never;
    }
  }

  dispose(): void {
    this.#dropped?.discard();
    this.#dropped = undefined;
  }
}
