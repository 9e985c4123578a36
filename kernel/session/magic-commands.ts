import type { Magic } from "../execute/magics.ts";
import { type ParamPolicy, policies } from "./param-hook.ts";
import type { TypeChecks, TypecheckMode } from "./typecheck.ts";

export interface MagicTargets {
  params: { policy: ParamPolicy };
  types: Pick<TypeChecks, "mode">;
}

const modes = ["error", "warn", "off"] as const satisfies readonly TypecheckMode[];

/**
 * Obeys `%param_store cell|all|off` and `%typecheck error|warn|off`; without an argument they say how things stand.
 * @throws for a magic that does not exist
 */
export function applyMagic(
  { name, argument, line }: Magic,
  { params, types }: MagicTargets,
): string | undefined {
  switch (name) {
    case "param_store": {
      if (argument === "") return `%param_store ${params.policy}`;
      params.policy = oneOf<ParamPolicy>(policies, argument, name, line);
      return undefined;
    }
    case "typecheck": {
      if (argument === "") return `%typecheck ${types.mode}`;
      types.mode = oneOf<TypecheckMode>(modes, argument, name, line);
      return undefined;
    }
    default:
      throw new SyntaxError(
        `Line ${line}: there is no command %${name}. There are: %param_store ${policies.join("|")}, %typecheck ${modes.join("|")}.`,
      );
  }
}

function oneOf<T extends string>(choices: readonly T[], argument: string, name: string, line: number): T {
  const found = choices.find((choice) => choice === argument);
  if (found === undefined)
    throw new SyntaxError(`Line ${line}: %${name} is followed by ${choices.join(", ")}; got "${argument}".`);
  return found;
}
