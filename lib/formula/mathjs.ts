/**
 * mathjs's parser and nothing else of it. Named imports, so that a bundler leaves the rest out: 40 kB gzipped instead
 * of 129. Imported only by `formula.load()`, in browsers; Node requires the same package when the first formula comes.
 */
import { create, parseDependencies } from "mathjs/number";

const build = parseDependencies as Parameters<typeof create>[0];

export const parser: { readonly parse: unknown } = { parse: create(build).parse };
