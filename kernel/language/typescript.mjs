import { createRequire } from "node:module";

/**
 * `import ts from "typescript"` has Node look through nine megabytes of text for the names of exports: 65 ms before the
 * first question is read. Packages that are required are not looked through.
 */
export default createRequire(import.meta.url)("typescript");
