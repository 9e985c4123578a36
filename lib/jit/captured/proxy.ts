interface UtilTypes {
  readonly types: { isProxy(value: unknown): boolean };
}

let types: UtilTypes["types"] | null | undefined;

/** Whether looking at a value would run somebody's code; where nobody can tell it is false. */
export function isProxy(value: unknown): boolean {
  if (types === undefined) {
    const node = typeof process === "undefined" ? undefined : process;
    const { getBuiltinModule } = (node ?? {}) as { getBuiltinModule?: (name: string) => unknown };
    types = (getBuiltinModule?.call(node, "node:util") as UtilTypes | undefined)?.types ?? null;
  }
  return types?.isProxy(value) === true;
}
