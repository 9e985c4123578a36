import ts from "#typescript";
import { completeMagic, inspectMagic } from "../magics/assist.ts";
import { isUnnarrowed } from "./boolean-unions.ts";
import { browserOnly } from "./browser-names.ts";
import { type Cell, parseCell } from "./cell.ts";
import { completion } from "./completion.ts";
import { declarationsOf } from "./declarations.ts";
import { cellDiagnostics } from "./diagnostics.ts";
import { forgottenAwaits } from "./forgotten-awaits.ts";
import { Host } from "./host.ts";
import { inspection } from "./inspection.ts";
import { isComplete } from "./is-complete.ts";
import { readCommentsLate } from "./late-comments.ts";
import { partsFor, readTypes } from "./later-types.ts";
import { projectRoot } from "./paths.ts";
import { lazyPrelude, PRELUDE, preludeModules } from "./prelude.ts";
import { LAZY_MODULES } from "./prelude-names.ts";
import { Scope } from "./scope.ts";
import type { Known } from "./suggestions.ts";
import type {
  CheckParams,
  Completeness,
  CompleteParams,
  Completion,
  Diagnostic,
  Inspection,
  InspectParams,
  IsCompleteParams,
  LanguageOptions,
} from "./types.ts";

const CELL = "__cell__.ts";
/** Parsed files, shared by every service of this process: a second one starts in a tenth of the time. */
const PARSED = ts.createDocumentRegistry(
  ts.sys.useCaseSensitiveFileNames,
  undefined,
  ts.JSDocParsingMode.ParseNone,
);
const ROOTS = "__tspyro_roots__.d.ts";

/**
 * The four questions, answered at once, by TypeScript's own language service.
 *
 * tslab's converter was the first choice. Its TypeScript (5.0) does not know `using`, `NoInfer` or the `exports` of
 * packages, it gives a cell with any error no types at all, it forgets what class a value had when the class is
 * declared again, and each answer rebuilds its program (`e2e/bench/language.ts --tslab` measures it). What it does better than
 * anything here, knowing where a cell goes on, is asked of it in is-complete.ts.
 *
 * A cell that ran is kept as the declarations TypeScript writes for it, or, where those would lose a type, as its
 * source; modules that no name leads to are dropped, so that memory follows what is in scope, not how often it ran.
 */
export class Converter {
  readonly #host: Host;
  #service: ts.LanguageService;
  readonly #scope = new Scope();
  /** Modules of earlier cells: specifier to the path of its file, and what it imports. */
  readonly #cells = new Map<string, { path: string; uses: string[]; roots: boolean }>();
  readonly #loaded = new Set<string>();
  #count = 0;

  constructor(options: LanguageOptions) {
    readCommentsLate();
    const root = projectRoot();
    this.#host = new Host(options.cwd, root, compilerOptions(root, options));
    for (const [name, text] of preludeModules(root, options.library)) {
      this.#host.write(this.#host.path(`${name}.d.ts`), text);
    }
    this.#host.write(this.#host.path(CELL), "export {};");
    this.#host.setRootFiles([this.#host.path(ROOTS), this.#host.path(CELL)]);
    this.#writeRoots();
    this.#service = ts.createLanguageService(this.#host, PARSED);
    this.#addPrelude();
  }

  #addPrelude(): void {
    const { names } = this.#exportsOf(PRELUDE);
    this.#scope.addPrelude(PRELUDE, names);
    for (const name of LAZY_MODULES) this.#scope.addPrelude(lazyPrelude(name), [name]);
  }

  check({ code }: CheckParams): Diagnostic[] {
    const cell = parseCell(code);
    const { offset, program, file } = this.#open(cell, cell.words);
    const syntactic = program.getSyntacticDiagnostics(file);
    if (syntactic.length > 0) return cellDiagnostics(syntactic, cell.text, offset);
    const semantic = program.getSemanticDiagnostics(file);
    const found = [
      ...semantic.filter((one) => !isUnnarrowed(one, program, file)),
      ...browserOnly(program, file),
      ...forgottenAwaits(program, file, this.#host.isLibrary),
    ];
    const known = this.#known(cell);
    this.#keep(cell, program, file);
    return cellDiagnostics(found, cell.text, offset, known);
  }

  complete({ code, cursor }: CompleteParams): Completion {
    const magic = completeMagic(code, cursor);
    if (magic !== undefined) return magic;
    const cell = parseCell(code);
    const member = /[.?]\s*[\p{ID_Continue}$]*$/u.test(cell.text.slice(0, cursor));
    const resting = member ? [] : this.#resting(cell);
    // A completion may begin any name in scope; what takes long to load is there as a bare name.
    const wanted = member ? cell.words : this.names().filter((name) => !resting.includes(name));
    const bare = resting.map((name) => `declare const ${name}: unknown;`).join(" ");
    const { offset, path } = this.#open(cell, wanted, { bare, checked: false });
    return completion({ service: this.#service, path, code: cell.text, offset, resting }, cursor);
  }

  inspect({ code, cursor, detail = 0 }: InspectParams): Inspection | null {
    const magic = inspectMagic(code, cursor);
    if (magic !== undefined) return magic;
    const cell = parseCell(code);
    const { offset, path } = this.#open(cell, cell.words);
    const written = (file: string, name: string) => this.#scope.sourceOf(this.#moduleAt(file), name);
    return inspection({ service: this.#service, path, code: cell.text, offset, detail, written }, cursor);
  }

  isComplete({ code }: IsCompleteParams): Completeness {
    return isComplete(code);
  }

  /** Why the notebook has no types, or nothing: an unresolved library makes everything `any` without an error. */
  problem(probe: readonly [module: string, member: string] = ["dist", "Normal"]): string | undefined {
    const { checker, symbols, at } = this.#exportsOf(PRELUDE);
    const [owner, member] = probe;
    const symbol = symbols.find((one) => one.name === owner);
    const found = symbol && checker.getPropertyOfType(checker.getTypeOfSymbolAtLocation(symbol, at), member);
    const type = found && checker.getTypeOfSymbolAtLocation(found, at);
    if (type !== undefined && (type.flags & ts.TypeFlags.Any) === 0) return undefined;
    return (
      `The notebook has no types: ${owner}.${member} is ${found === undefined ? "unknown" : "`any`"}. ` +
      "Cells run all the same, but mistakes are not found and completion knows little. " +
      "Run `npm run setup` to build the library's declarations, then restart the kernel."
    );
  }

  /** Names in scope, for tests and for the session that must offer the same at run time. */
  names(): string[] {
    return [...this.#scope.names()];
  }

  /** Modules of earlier cells that are still held. */
  get held(): number {
    return this.#cells.size;
  }

  /** Forgets every cell, as in a fresh notebook. */
  reset(): void {
    for (const { path } of this.#cells.values()) this.#host.remove(path);
    this.#cells.clear();
    this.#scope.clear();
    this.#addPrelude();
    this.#writeRoots();
  }

  /** What nobody has asked for yet is read too. */
  readAll(): void {
    readTypes(["modules", "browser"]);
    this.#service.getProgram();
  }

  /** Packages have come or gone. */
  refresh(): void {
    this.#host.forgetMissing();
    this.restart();
  }

  /** A fresh service over the same cells, after the old one failed an assertion of its own. */
  restart(): void {
    this.#service.dispose();
    this.#service = ts.createLanguageService(this.#host, PARSED);
  }

  close(): void {
    this.#service.dispose();
  }

  /** @param bare declarations that stand before the cell */
  #open(cell: Cell, wanted: Iterable<string>, { bare = "", checked = true } = {}) {
    const names = [...wanted].filter((name) => this.#scope.has(name));
    this.#load(cell);
    readTypes(partsFor(cell.words, { checked }));
    const brought = bare + this.#scope.header(cell, names);
    // A comment in the line of another statement would be that one's, and be lost to whoever asks for it later.
    const header = brought === "" ? "" : `${brought}\n`;
    const exported = cell.declared.map((one) => one.name).join(", ");
    const path = this.#host.path(CELL);
    this.#host.forgetResolutions();
    this.#host.write(path, `${header}${cell.text}\n;export { ${exported} };\n`);
    const program = this.#service.getProgram();
    const file = program?.getSourceFile(path);
    if (program === undefined || file === undefined) throw new Error("The language service has no program.");
    return { offset: header.length, program, file, path };
  }

  #known(cell: Cell): Known {
    const [own, prelude]: [string[], string[]] = [cell.declared.map((one) => one.name), []];
    for (const name of this.#scope.names())
      (this.#scope.isOfCell(name, (module) => this.#cells.has(module)) ? own : prelude).push(name);
    return { own, prelude };
  }

  /** The specifier of an earlier cell's file. */
  #moduleAt(file: string): string {
    return file.replace(/^.*\//, "./").replace(/(\.d)?\.ts$/, "");
  }

  #resting(cell: Cell): string[] {
    return LAZY_MODULES.filter(
      (name) =>
        !this.#loaded.has(name) && !cell.words.has(name) && this.#scope.moduleOf(name) === lazyPrelude(name),
    );
  }

  #load(cell: Cell): void {
    const wanted = LAZY_MODULES.filter((name) => cell.words.has(name) && !this.#loaded.has(name));
    if (wanted.length === 0) return;
    for (const name of wanted) this.#loaded.add(name);
    this.#writeRoots();
  }

  #keep(cell: Cell, program: ts.Program, file: ts.SourceFile): void {
    if (cell.declared.length === 0) return;
    const name = `__cell_${++this.#count}__`;
    const hoisted = cell.declared.some((one) => one.kind === "hoisted");
    const declarations = hoisted ? undefined : declarationsOf(program, file);
    const path = this.#host.path(declarations === undefined ? `${name}.ts` : `${name}.d.ts`);
    const text = declarations ?? file.text;
    this.#host.write(path, text);
    const uses = [...text.matchAll(/"(\.\/__cell_\d+__)"/g)].map((match) => match[1] ?? "");
    const roots = /from "(?!\.\/__)/.test(text);
    this.#cells.set(`./${name}`, { path, uses, roots });
    this.#scope.addCell(`./${name}`, cell.declared);
    this.#dropUnused();
    if (roots) this.#writeRoots();
  }

  #dropUnused(): void {
    const live = new Set<string>();
    const visit = (module: string): void => {
      const cell = this.#cells.get(module);
      if (cell === undefined || live.has(module)) return;
      live.add(module);
      cell.uses.forEach(visit);
    };
    for (const module of this.#scope.modules()) visit(module);
    for (const [module, { path, roots }] of this.#cells) {
      if (live.has(module)) continue;
      this.#cells.delete(module);
      this.#host.remove(path);
      if (roots) this.#writeRoots();
    }
  }

  /** One file that never leaves the program holds what is slow to parse again: the prelude and imported packages. */
  #writeRoots(): void {
    const modules = [PRELUDE, "./__tspyro_env__", ...[...this.#loaded].map(lazyPrelude)];
    for (const [module, { roots }] of this.#cells) if (roots) modules.push(module);
    this.#host.write(this.#host.path(ROOTS), modules.map((module) => `import "${module}";`).join("\n"));
  }

  #exportsOf(module: string) {
    const program = this.#service.getProgram();
    const at = program?.getSourceFile(this.#host.path(`${module.slice(2)}.d.ts`));
    if (program === undefined || at === undefined)
      throw new Error(`The prelude ${module} is not in the program.`);
    const checker = program.getTypeChecker();
    const symbol = checker.getSymbolAtLocation(at);
    const symbols = symbol === undefined ? [] : checker.getExportsOfModule(symbol);
    return { checker, symbols, at, names: symbols.map((one) => one.name) };
  }
}

function compilerOptions(root: string, options: LanguageOptions): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // Browser types are what Plot's figures are made of; browser *values* are reported (browser-names.ts).
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: ["node"],
    typeRoots: [`${root}/node_modules/@types`],
    strict: options.strict ?? false,
    strictBindCallApply: true,
    noFallthroughCasesInSwitch: false,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    skipLibCheck: true,
    // Packages that replace TypeScript's own libraries: each of a hundred files would be looked for in every folder.
    libReplacement: false,
    declaration: true,
    emitDeclarationOnly: true,
  };
}
