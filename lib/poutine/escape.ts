/** `escape` leaves the program at a site, by an exception that carries the site. */
import { controlFlow } from "../interrupt.ts";
import type { Message, Site } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";
import { activeHandlers } from "./stack.ts";

/** Thrown at an escaped site, after the handlers have seen it. */
export class NonlocalExit extends Error {
  override readonly name = "NonlocalExit";
  readonly [controlFlow] = true;
  readonly site: Site;

  constructor(site: Site) {
    super(`The program was left at site "${site.name}".`);
    this.site = site;
  }

  /**
   * Makes the handlers that are still entered forget the abandoned run, so that the program can be run again inside
   * them: from the innermost outwards, up to one that hid the site.
   */
  resetStack(): void {
    for (const handler of [...activeHandlers()].reverse()) {
      handler.reset();
      if (handler.hides(this.site)) break;
    }
  }
}

export interface EscapeOptions {
  /** Whether to leave the program at a site. */
  escapeFn: (site: Site) => boolean;
}

export class EscapePoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly escapeFn: (site: Site) => boolean;

  constructor(fn: Program<A, R> | null, options: EscapeOptions | ((site: Site) => boolean)) {
    super(fn);
    this.escapeFn = typeof options === "function" ? options : options.escapeFn;
  }

  override processMessage(msg: Message): undefined {
    if (!this.escapeFn(msg)) return;
    msg.done = true;
    msg.stop = true;
    msg.continuation = () => {
      throw new NonlocalExit(msg);
    };
  }
}

/** Leaves a program at the sites that `escapeFn` picks: throws `NonlocalExit`. */
export function escapeAt<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: EscapeOptions | ((site: Site) => boolean),
): EscapePoutine<A, R> {
  return new EscapePoutine(fn, options);
}
