/** A module that Node has of its own, without an import that a page could not follow; undefined in a page. */
export function builtinModule<T>(name: `node:${string}`): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as T | undefined;
}
