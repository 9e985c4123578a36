/**
 * Functions and classes of Node's that answer from outside of JavaScript, where nobody can look: files, other processes,
 * random numbers, the machine. In a page there are none.
 */
import { builtinModule } from "../../builtin-module.ts";

type Module = Readonly<Record<string, unknown>>;

/** Modules, and those of their functions that are meant: by these names, so that a module is not loaded for others. */
const FUNCTIONS: readonly (readonly [module: `node:${string}`, names: RegExp])[] = [
  ["node:fs", /(?:)/],
  ["node:os", /(?:)/],
  ["node:timers", /(?:)/],
  ["node:crypto", /^(?:random|generate|getRandom)/],
  ["node:v8", /^(?:getHeap|takeCoverage)/],
  ["node:child_process", /^(?:exec|spawn|fork)/],
  ["node:worker_threads", /^(?:receiveMessageOnPort|getEnvironmentData)$/],
  ["node:async_hooks", /^(?:executionAsync|triggerAsync)/],
];

const CLASSES = [
  ["node:events", "EventEmitter"],
  ["node:async_hooks", "AsyncLocalStorage"],
] as const;

const functionsOf = new Map<string, ReadonlySet<unknown>>();

export function asksTheMachine(f: object): boolean {
  const { name } = f as { name?: unknown };
  if (typeof name !== "string") return false;
  return FUNCTIONS.some(([module, names]) => {
    if (!names.test(name)) return false;
    const known = functionsOf.get(module) ?? new Set(Object.values(builtinModule<Module>(module) ?? {}));
    functionsOf.set(module, known);
    return known.has(f);
  });
}

let classes: readonly unknown[] | undefined;

/** Whether the objects of a class keep what nobody can see, though it is not a global one. */
export function isStatefulClass(maker: unknown): boolean {
  classes ??= CLASSES.map(([module, name]) => builtinModule<Module>(module)?.[name]);
  return classes.includes(maker);
}
