/**
 * What a computation may depend on besides its arguments, and what only other rooms know of: effect handlers that are
 * entered, and the set of parameters. They tell it here; the compiler asks.
 */
import { settle } from "./unwritten.ts";

let handlers = 0;
let parameters = 0;

/** How many effect handlers are entered. */
export function setEnteredHandlers(count: number): void {
  handlers = count;
}

/** Another parameter may stand behind a name than before. */
export function parametersChanged(): void {
  parameters++;
  settle();
}

export interface Surroundings {
  readonly handlers: number;
  /** A number that is another one after every change of the set of parameters. */
  readonly parameters: number;
}

export function surroundings(): Surroundings {
  return { handlers, parameters };
}
