import { type Cell, type Declared, isTypeOnly, isVariable } from "./cell.ts";

/**
 * Which name comes from where. Each cell that ran is a module of its own (mostly only its declarations), and a new
 * cell gets one line before it that brings in the names it mentions and does not declare itself. So a name can be
 * declared again as anything at all, and a value keeps the type that it had when the cell was written, even when
 * that class or interface has since been declared anew.
 */
export interface Origin {
  /** Specifier of the module, as in `./__cell_3__`. */
  readonly module: string;
  readonly declared: Declared;
}

interface Meanings {
  value?: Origin | undefined;
  type?: Origin | undefined;
}

export class Scope {
  readonly #names = new Map<string, Meanings>();

  /** Names of the prelude: each may be a value, a type or both. */
  addPrelude(module: string, names: Iterable<string>): void {
    for (const name of names) {
      const origin: Origin = { module, declared: { name, kind: "alias" } };
      this.#names.set(name, { value: origin, type: origin });
    }
  }

  addCell(module: string, declared: readonly Declared[]): void {
    for (const one of declared) {
      const origin: Origin = { module, declared: one };
      const before = this.#names.get(one.name) ?? {};
      this.#names.set(one.name, merged(before, origin));
    }
  }

  clear(): void {
    this.#names.clear();
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Where the value of this name comes from. */
  moduleOf(name: string): string | undefined {
    return this.#names.get(name)?.value?.module;
  }

  /** Whether one of the cells declares this name. */
  isOfCell(name: string, isCell: (module: string) => boolean): boolean {
    const { value, type } = this.#names.get(name) ?? {};
    return [value, type].some((origin) => origin !== undefined && isCell(origin.module));
  }

  /** How a cell wrote what this name of its module stands for. */
  sourceOf(module: string, name: string): string | undefined {
    const { value, type } = this.#names.get(name) ?? {};
    return [value, type].find((origin) => origin?.module === module)?.declared.source;
  }

  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  /** The modules that some name still needs. */
  modules(): Set<string> {
    const used = new Set<string>();
    for (const { value, type } of this.#names.values()) {
      if (value) used.add(value.module);
      if (type) used.add(type.module);
    }
    return used;
  }

  /** One line that gives `cell` the names in `wanted`. */
  header(cell: Pick<Cell, "declared">, wanted: Iterable<string>): string {
    const own = new Map(cell.declared.map((one) => [one.name, one]));
    const imports = new Map<string, string[]>();
    const namespaces = new Map<string, string>();
    const declarations: string[] = [];
    const namespace = (module: string): string => {
      const name = namespaces.get(module) ?? `$${namespaces.size}_`;
      namespaces.set(module, name);
      return name;
    };
    for (const name of wanted) {
      let { value, type } = this.#names.get(name) ?? {};
      const here = own.get(name);
      if (here !== undefined) {
        // `const Shape = ...` beside an earlier `interface Shape`, and the other way round.
        const keep = merged({ value, type }, { module: "", declared: here });
        value = keep.value?.module === "" ? undefined : keep.value;
        type = keep.type?.module === "" ? undefined : keep.type;
        if (value !== undefined && !isTypeOnly(here.kind)) continue;
        if (type !== undefined && !isPlainValue(here.kind)) continue;
      }
      const variable = isVariable(value?.declared.kind);
      if (
        here === undefined &&
        !variable &&
        (value === undefined || type === undefined || value.module === type.module)
      ) {
        const module = (value ?? type)?.module;
        if (module === undefined) continue;
        const list = imports.get(module);
        if (list === undefined) imports.set(module, [name]);
        else list.push(name);
        continue;
      }
      if (value !== undefined) {
        // An imported name is a constant for TypeScript; a variable must stay one.
        const keyword = variable ? "let" : "const";
        declarations.push(`declare ${keyword} ${name}: typeof ${namespace(value.module)}.${name};`);
      }
      if (type !== undefined && type.declared.kind !== "alias") {
        const { declaration = "", application = "" } = type.declared.parameters ?? {};
        declarations.push(`type ${name}${declaration} = ${namespace(type.module)}.${name}${application};`);
      }
    }
    const lines = [...imports].map(([module, names]) => `import { ${names.join(", ")} } from "${module}";`);
    for (const [module, name] of namespaces) lines.push(`import type * as ${name} from "${module}";`);
    return [...lines, ...declarations].join(" ");
  }
}

function isPlainValue(kind: Declared["kind"]): boolean {
  return kind === "const" || kind === "function" || isVariable(kind);
}

/** A new value ends a class of the same name, but not an interface; a new type leaves a value alone. */
function merged(before: Meanings, origin: Origin): Meanings {
  const { kind } = origin.declared;
  if (isTypeOnly(kind)) return { value: before.value, type: origin };
  if (isPlainValue(kind)) {
    const type = before.type !== undefined && isTypeOnly(before.type.declared.kind) ? before.type : undefined;
    return { value: origin, type };
  }
  return { value: origin, type: origin };
}
