import { isBuiltin } from "node:module";
import { posix } from "node:path";
import ts from "#typescript";

/**
 * What `lib/tensor/backend.ts` gives to types by importing the union package for its effects: chained methods. That
 * package's backends, converter and data sets are read when a cell imports it.
 */
const EFFECTS = {
  from: "/lib/tensor/backend.d.ts",
  union: "@tensorflow/tfjs",
  typed: "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops",
};

/** Whose files import modules that they declare themselves: no package has them. */
const NODE = "/node_modules/@types/node/";

/**
 * Where imports between the files of one package lead, without a search: half of a notebook's thousand files of
 * declarations are found so, and the rest as TypeScript finds them.
 */
export class Resolution {
  readonly #host: ts.ModuleResolutionHost;
  readonly #isSettled: (path: string) => boolean;
  /** Kept for one program: the next one may find what was not there. */
  #cache: ts.ModuleResolutionCache | undefined;

  constructor(host: ts.ModuleResolutionHost, isSettled: (path: string) => boolean) {
    this.#host = host;
    this.#isSettled = isSettled;
  }

  forget(): void {
    this.#cache = undefined;
  }

  resolve(
    literals: readonly ts.StringLiteralLike[],
    from: string,
    options: ts.CompilerOptions,
    file: ts.SourceFile,
    folder: string,
  ): ts.ResolvedModuleWithFailedLookupLocations[] {
    const settled = this.#isSettled(from);
    const ofNode = from.includes(NODE);
    return literals.map((literal) => {
      const near = settled ? this.#beside(from, literal.text) : undefined;
      if (near !== undefined) return { resolvedModule: near };
      if (ofNode && isBuiltin(literal.text)) return { resolvedModule: undefined };
      this.#cache ??= ts.createModuleResolutionCache(folder, (name) => name, options);
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const isUnion = literal.text === EFFECTS.union && from.endsWith(EFFECTS.from);
      const name = isUnion ? EFFECTS.typed : literal.text;
      return ts.resolveModuleName(name, from, options, this.#host, this.#cache, undefined, mode);
    });
  }

  #beside(from: string, specifier: string): ts.ResolvedModuleFull | undefined {
    // Other endings may lie beside a source of TypeScript too.
    if (!/^\.\.?\//.test(specifier) || !from.endsWith(".d.ts")) return undefined;
    const path = posix.join(posix.dirname(from), specifier.replace(/\.js$/, ""));
    const resolvedFileName = `${path}.d.ts`;
    if (this.#host.fileExists(`${path}.ts`) || !this.#host.fileExists(resolvedFileName)) return undefined;
    const isExternalLibraryImport = from.includes("/node_modules/");
    return {
      resolvedFileName,
      extension: ts.Extension.Dts,
      isExternalLibraryImport,
      resolvedUsingTsExtension: false,
    };
  }
}
