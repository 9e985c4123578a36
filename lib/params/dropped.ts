import type { StoredParam } from "./stored-param.ts";
import type { DroppedParams, ParamEvent } from "./types.ts";

/** What is needed of a store: what stands in it now, and who hears of changes. */
export interface DroppingStore {
  params(): Map<string, StoredParam>;
  tell(type: ParamEvent["type"], names: readonly string[]): void;
}

/** Takes parameters out of a store. They live until they are discarded, or another one has taken their name. */
export function takeOut(dropped: readonly StoredParam[], { params, tell }: DroppingStore): DroppedParams {
  const namesOf = (some: readonly StoredParam[]) => some.map(({ name }) => name);
  const names = namesOf(dropped);
  for (const name of names) params().delete(name);
  if (names.length > 0) tell("delete", names);
  const gone = [...dropped];
  return {
    names,
    restore: () => {
      const back = gone.splice(0).filter((param) => {
        if (!params().has(param.name)) return true;
        param.variable.dispose();
        return false;
      });
      for (const param of back) params().set(param.name, param);
      const restored = namesOf(back);
      if (restored.length > 0) tell("restore", restored);
      return restored;
    },
    discard: () => {
      for (const { variable } of gone.splice(0)) variable.dispose();
    },
  };
}
