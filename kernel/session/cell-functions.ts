import { parse } from "acorn";
import type { SourceReader } from "../../lib/distributed/launch/events.ts";
import { isGlobal, kernelName, writtenName } from "../execute/names.ts";
import { analyzeScopes } from "../execute/scope.ts";

export interface CellFunctionParts {
  /** What cells have declared. */
  names(): readonly string[];
  /** What ranks have of themselves. */
  library: ReadonlySet<string>;
}

const own: ReadonlySet<string> = new Set(Object.values(kernelName));

/** What the kernel has put into the code of cells, for a process that has no kernel. */
const preamble =
  `const ${kernelName.flag} = new Int32Array(1), ${kernelName.interrupt} = () => new Error("interrupted"), ` +
  `${kernelName.load} = (name) => import(name), ${kernelName.meta} = {}, ${kernelName.debug} = () => undefined;`;

/** How functions of cells travel to other processes: what they use of the notebook stays behind. */
export function cellFunctions({ names, library }: CellFunctionParts): SourceReader {
  return {
    preamble,
    captured: (source) => {
      const program = parse(`(${source}\n);`, { ecmaVersion: "latest", sourceType: "module" });
      const declared = new Set(names());
      return [...analyzeScopes(program).free].flatMap((name) => {
        if (name === kernelName.invalidation) return ["invalidation"];
        if (own.has(name)) return [];
        const written = writtenName(name);
        if (declared.has(written)) return [written];
        return library.has(written) || isGlobal(written) ? [] : [written];
      });
    },
  };
}
