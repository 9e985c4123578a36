import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * Rooms of the house, and which rooms each may import. `types` are rooms of which it may import types only. A room is
 * named by its folder; `lib` alone is the files that stand in `lib/` itself.
 */
interface Room {
  may: readonly string[];
  types?: readonly string[];
}

const base = [
  "lib/builtin-module",
  "lib/errors",
  "lib/validation",
  "lib/interrupt",
  "lib/nearest",
  "lib/notice",
  "lib/options",
  "lib/records",
  "lib/pyro-spelling",
  "lib/restoring",
  "lib/tensor",
];
const model = [...base, "lib/distributions", "lib/poutine", "lib/params", "lib/primitives"];
const everything = ["lib", "kernel", "widgets", "e2e"];

/** The longest name that a path begins with decides. Tests are free: they stand in any room and look into others. */
export const rooms: Readonly<Record<string, Room>> = {
  "lib/builtin-module": { may: [] },
  "lib/errors": { may: [] },
  "lib/validation": { may: base },
  "lib/interrupt": { may: base },
  "lib/nearest": { may: [] },
  "lib/records": { may: [] },
  "lib/notice": { may: base },
  "lib/options": { may: ["lib/errors", "lib/nearest"] },
  "lib/pyro-spelling": { may: [] },
  "lib/restoring": { may: [] },
  "lib/tf": { may: base },
  "lib/tensor": { may: base },
  "lib/jit": { may: base },
  // Layers over tensors, which flows are built from.
  "lib/nn": { may: [...base, "lib/nn"] },
  "lib/distributions": { may: [...base, "lib/nn", "lib/distributions"] },
  "lib/formula": { may: base },
  "lib/distributed": { may: model },
  // What is started on each rank has the whole library.
  "lib/distributed/node/rank": { may: ["lib"] },
  "lib/poutine": { may: model },
  "lib/params": { may: model },
  "lib/primitives": { may: [...model, "lib/nn"] },
  "lib/pyro-names": { may: ["lib"] },
  lib: { may: ["lib"] },
  "widgets/views": { may: ["widgets/views"], types: ["lib"] },
  "widgets/front": { may: ["widgets/views", "widgets/front"], types: ["lib", "widgets/host"] },
  widgets: { may: ["widgets", "lib"] },
  // What a mistyped name may mean is the library's to say too.
  "kernel/language": { may: ["kernel", "lib/nearest"], types: ["lib", "widgets"] },
  "kernel/session": { may: ["kernel", "lib", "widgets"] },
  // Which mpirun there is, and how the shim is built for it, the library knows.
  "kernel/setup/commands/mpirun": { may: ["kernel", "lib/distributed/node"] },
  kernel: { may: ["kernel"], types: ["lib", "widgets"] },
  e2e: { may: everything },
};

/** Packages that one room keeps to itself, so that it can change its mind about them. */
const keptBy: Readonly<Record<string, string>> = { tslab: "kernel/language", zeromq: "kernel/wire" };

interface Import {
  from: string;
  typeOnly: boolean;
}

const statement =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s*)?["']([^"']+)["']|import\(\s*["']([^"']+)["']/gm;

/** What a module imports, as it is written there. */
export function importsOf(source: string): Import[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return [...withoutComments.matchAll(statement)].map((match) => ({
    from: match[2] ?? match[3] ?? "",
    typeOnly: match[1] !== undefined,
  }));
}

const inside = (path: string, room: string) =>
  path === room || path.startsWith(`${room}/`) || path.startsWith(`${room}.`);

function roomOf(path: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => inside(path, room))
    .sort((a, b) => b.length - a.length)[0];
}

const isTest = (path: string) => /\.(test|cases)\.ts$|(^|\/)testing\//.test(path);

/** What is wrong with the imports of one file; `path` is relative to the project, with slashes. */
export function faultsOf(path: string, source: string): string[] {
  const name = roomOf(path);
  const room = name === undefined ? undefined : rooms[name];
  if (room === undefined || isTest(path)) return [];
  const faults: string[] = [];
  for (const { from, typeOnly } of importsOf(source)) {
    if (!from.startsWith(".")) {
      const keeper = keptBy[from.split("/")[0] ?? ""];
      if (keeper !== undefined && !inside(path, keeper) && !path.startsWith("e2e/")) {
        faults.push(`${path}: imports ${from}, which only ${keeper} knows`);
      }
      continue;
    }
    const target = posix.join(posix.dirname(path), from);
    if (!/^(lib|kernel|widgets|e2e)\//.test(target)) continue;
    const allowed = [...room.may, ...(typeOnly ? (room.types ?? []) : [])];
    if (allowed.some((may) => inside(target, may)) || inside(target, name ?? "")) continue;
    const asType = (room.types ?? []).some((types) => inside(target, types));
    faults.push(`${path}: ${name} may not import ${target}${asType ? " other than by `import type`" : ""}`);
  }
  return faults;
}

/** All faults of the project's imports, one line each; empty when the house is in order. */
export function checkImports(root: string): string[] {
  return globSync("{lib,kernel,widgets,e2e}/**/*.ts", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .flatMap((path) => faultsOf(path, readFileSync(join(root, path), "utf8")));
}
