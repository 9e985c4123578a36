import ts from "#typescript";

type EmitWithForce = (
  ...args: [...Required<Parameters<ts.Program["emit"]>>, boolean] | unknown[]
) => ts.EmitResult;

/** The declarations that TypeScript writes for a cell, or nothing where they would lose a type. */
export function declarationsOf(program: ts.Program, file: ts.SourceFile): string | undefined {
  let declarations = "";
  const write: ts.WriteFileCallback = (path, text) => {
    if (path.endsWith(".d.ts")) declarations = text;
  };
  // The last argument has TypeScript write declarations even where it has complaints about them.
  const emit = program.emit as EmitWithForce;
  const { diagnostics } = emit.call(program, file, write, undefined, true, undefined, true);
  return declarations !== "" && diagnostics.length === 0 && isReadable(declarations)
    ? declarations
    : undefined;
}

/**
 * Whether TypeScript understands what it wrote: it names a type by any name in scope, and of a type called
 * `infer.AutoNormal` it then reads the keyword `infer`, with a name missing behind it.
 */
function isReadable(declarations: string): boolean {
  const file = ts.createSourceFile("cell.d.ts", declarations, ts.ScriptTarget.Latest) as ts.SourceFile & {
    parseDiagnostics?: readonly ts.Diagnostic[];
  };
  return file.parseDiagnostics?.length === 0;
}
