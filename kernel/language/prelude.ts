import { moduleFile, slashed } from "./paths.ts";
import {
  LAZY_MODULES,
  LIBRARY_NAME,
  NOTEBOOK_NAMES,
  PRELUDE_MODULES,
  WIDGET_NAMES,
} from "./prelude-names.ts";

/** Specifiers of the modules that hold the prelude, seen from a cell. */
export const PRELUDE = "./__tspyro__";
export const lazyPrelude = (name: string): string => `./__tspyro_${name}__`;

/** The modules behind the names of a fresh notebook: module name (without extension) to its text. */
export function preludeModules(root: string, library: string | undefined): Map<string, string> {
  const modules = new Map<string, string>();
  const main: string[] = [];
  const source = library ?? moduleFile(root, "lib/index");
  if (source !== undefined) {
    main.push(
      `export * from "${specifier(source)}";`,
      `export * as ${LIBRARY_NAME} from "${specifier(source)}";`,
    );
  }
  for (const [name, from] of Object.entries(PRELUDE_MODULES)) {
    const own = from === "tspyro/widgets";
    const file = own ? moduleFile(root, "widgets/index") : from;
    // A part that is not built has its name all the same.
    const line =
      file === undefined
        ? `export declare const ${name}: any;`
        : `export * as ${name} from "${own ? specifier(file) : file}";`;
    if (LAZY_MODULES.includes(name)) modules.set(lazyPrelude(name).slice(2), line);
    else main.push(line);
  }
  const widgets = moduleFile(root, "widgets/index");
  if (widgets !== undefined) main.push(`export { ${WIDGET_NAMES.join(", ")} } from "${specifier(widgets)}";`);
  const helpers = moduleFile(root, "kernel/language/notebook-globals");
  if (helpers !== undefined)
    main.push(`export { ${NOTEBOOK_NAMES.join(", ")} } from "${specifier(helpers)}";`);
  modules.set(PRELUDE.slice(2), main.join("\n"));
  modules.set("__tspyro_env__", ENVIRONMENT);
  return modules;
}

/** `x.d.ts` is imported as `x.js`, `x.ts` as it is. */
function specifier(file: string): string {
  return slashed(file).replace(/\.d\.ts$/, ".js");
}

/** What Node 24 has and TypeScript's libraries do not know yet. */
const ENVIRONMENT = `
interface RegExpConstructor { escape(text: string): string }
`;
