import { dirname } from "node:path";
import ts from "#typescript";

/**
 * What is said of a class whose constant says nothing itself: of `Beta` what its `BetaDistribution` says, and of `Adam`,
 * which is made of a rule, what the rule `adam` in a file of the same folder says.
 */
export function wordsBehind(
  service: ts.LanguageService,
  path: string,
  position: number,
): readonly ts.SymbolDisplayPart[] {
  const program = service.getProgram();
  const file = program?.getSourceFile(path);
  const name = file && nameAt(file, position);
  if (program === undefined || name === undefined) return [];
  const checker = program.getTypeChecker();
  const [construct] = checker.getTypeAtLocation(name).getConstructSignatures();
  if (construct === undefined) return [];
  const made = construct.getReturnType().getSymbol();
  if (made?.name.startsWith(name.text)) return made.getDocumentationComment(checker);
  const rule = ruleOf(name, program);
  return rule?.getDocumentationComment(checker) ?? [];
}

function nameAt(node: ts.Node, position: number): ts.Identifier | undefined {
  if (ts.isIdentifier(node)) return node;
  return ts.forEachChild(node, (child) =>
    child.pos <= position && position < child.end ? nameAt(child, position) : undefined,
  );
}

/** The constant of the same name but for its capitals. */
function ruleOf(name: ts.Identifier, program: ts.Program): ts.Symbol | undefined {
  const checker = program.getTypeChecker();
  const own = checker.getSymbolAtLocation(name);
  const target = own && own.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(own) : own;
  const home = target?.declarations?.[0]?.getSourceFile().fileName;
  if (home === undefined) return undefined;
  const wanted = name.text.toLowerCase();
  for (const file of program.getSourceFiles()) {
    const module = file.fileName.startsWith(`${dirname(home)}/`) && checker.getSymbolAtLocation(file);
    if (!module) continue;
    for (const one of checker.getExportsOfModule(module))
      if (one.name !== name.text && one.name.toLowerCase() === wanted) return one;
  }
  return undefined;
}
