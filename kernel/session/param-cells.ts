import type { ExecutedCell, ParamHook, ParamPolicy } from "../../lib/params/param-hook.ts";
import type { CellEvents } from "./events.ts";

export interface ParamCellParts {
  events: CellEvents;
  /** What `%param_store` has said. */
  params: { readonly policy: ParamPolicy };
  /** The notebook's cell that runs. */
  owner(): ExecutedCell | undefined;
  /** Tells the cell that runs what became of its parameters. */
  say(text: string): void;
}

/** Ties the parameters to the cells that create them; cells of subshells create for whom they run beside. */
export function tieParamsToCells(hook: ParamHook, { events, params, owner, say }: ParamCellParts): void {
  const tell = (text: string | undefined) => {
    if (text !== undefined) say(text);
  };
  const before = () => {
    hook.policy = params.policy;
    const cell = owner();
    if (cell !== undefined) tell(hook.before(cell));
  };
  events.onCellStart(({ subshell }) => {
    if (subshell === undefined) before();
  });
  events.onCellEnd(({ subshell, status }) => {
    if (subshell === undefined) tell(hook.after(status === "error"));
  });
  // It comes with the library, which the cell that runs has asked for.
  before();
}
