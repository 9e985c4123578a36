import ts from "#typescript";

/** What TypeScript has at run time, and does not declare. */
interface Internals {
  readonly objectAllocator: Record<
    "getSymbolConstructor" | "getSignatureConstructor",
    () => { prototype: object }
  >;
  getJSDocCommentRanges(node: ts.Node, text: string): readonly ts.TextRange[] | undefined;
  parseIsolatedJSDocComment(text: string, start: number, length: number): { jsDoc: ts.JSDoc } | undefined;
  setParentRecursive(node: ts.Node, incremental: boolean): void;
}
interface Documented extends ts.Node {
  jsDoc?: ts.JSDoc[];
  jsDocCache?: unknown;
}

const internals = ts as unknown as Internals;
const read = new WeakSet<ts.Node>();
let prepared = false;

/**
 * A service whose host says `ParseNone` of JSDoc starts in three quarters of the time: of the seven megabytes that
 * types a notebook most is comments, and hardly one of them is ever read. Here symbols and signatures read
 * those of their declarations when they are first asked for them.
 */
export function readCommentsLate(): void {
  if (prepared) return;
  prepared = true;
  const symbol = internals.objectAllocator.getSymbolConstructor().prototype;
  before<ts.Symbol>(
    symbol,
    [
      "getDocumentationComment",
      "getContextualDocumentationComment",
      "getJsDocTags",
      "getContextualJsDocTags",
    ],
    ({ declarations }) => declarations ?? [],
  );
  const signature = internals.objectAllocator.getSignatureConstructor().prototype;
  before<ts.Signature>(signature, ["getDocumentationComment", "getJsDocTags"], ({ declaration }) =>
    declaration === undefined ? [] : [declaration],
  );
}

function before<T>(
  prototype: object,
  methods: readonly string[],
  declarations: (one: T) => readonly ts.Node[],
): void {
  const table = prototype as Record<string, (...args: unknown[]) => unknown>;
  for (const name of methods) {
    const original = table[name];
    if (original === undefined) continue;
    table[name] = function (this: T, ...args) {
      for (const node of declarations(this)) readComments(node);
      return original.apply(this, args);
    };
  }
}

/** Of a declaration and of what it stands in: a variable's comment is its statement's, a parameter's its function's. */
function readComments(declaration: ts.Node): void {
  const file = declaration.getSourceFile();
  for (let node: Documented = declaration; node !== undefined && !ts.isSourceFile(node); node = node.parent) {
    if (read.has(node)) return;
    read.add(node);
    if (node.jsDoc !== undefined) continue;
    const found = (internals.getJSDocCommentRanges(node, file.text) ?? []).flatMap(({ pos, end }) => {
      const jsDoc = internals.parseIsolatedJSDocComment(file.text, pos, end - pos)?.jsDoc;
      return jsDoc === undefined ? [] : [jsDoc];
    });
    if (found.length === 0) continue;
    for (const comment of found) {
      (comment as { parent: ts.Node }).parent = node;
      internals.setParentRecursive(comment, false);
    }
    node.jsDoc = found;
    node.jsDocCache = undefined;
  }
}
