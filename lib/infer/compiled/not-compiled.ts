import { pyroError } from "../../errors.ts";

/**
 * Compiling was demanded (`compile: true`), and cannot be done.
 * @param what what was to be compiled: "The steps"
 * @param where whose option it is
 */
export function notCompiled(what: string, where: string, reason: string): Error {
  return pyroError({
    what: `${what} cannot be compiled`,
    where,
    got: reason,
    try: 'compile: "auto", which runs eagerly where it must',
  });
}
