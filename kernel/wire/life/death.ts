import { gigabytes } from "../memory/limit.ts";

/** What a kernel leaves behind that ended without a word. */
export interface LifeRecord {
  readonly pid: number;
  /** `Cell [3]`, where one ran. */
  readonly cell?: string | undefined;
  /** Bytes of memory, as far as they were seen. */
  readonly used: number;
  /** How many processes the system had ended for want of memory. */
  readonly kills?: number | undefined;
}

export interface Evidence {
  /** What V8 said last. */
  readonly fatal?: string | undefined;
  readonly kills?: number | undefined;
}

/** A sentence or two for whoever had variables in that kernel. */
export function tellOfDeath({ cell, used, kills }: LifeRecord, found: Evidence): string {
  const when = cell === undefined ? "while no cell ran" : `while ${cell} ran`;
  return `The kernel before this one ended without warning ${when}; its variables are lost. ${reason()}`;

  function reason(): string {
    const taken = used > 0 ? `It had taken ${gigabytes(used)} of memory. ` : "";
    const smaller =
      "Try less data at once, or have the cell stopped in time by a limit: TSPYRO_MEMORY_LIMIT (8GB, 50%).";
    if (found.fatal !== undefined) {
      const memory = /memory|heap|allocation/i.test(found.fatal) ? ` ${smaller}` : "";
      return `V8, which runs JavaScript, could not go on: ${found.fatal}. ${taken}${memory}`.trim();
    }
    if (found.kills !== undefined && kills !== undefined && found.kills > kills)
      return `The system has ended a process because memory ran out, and it was most likely this one. ${taken}${smaller}`;
    return `${taken}It left no reason: native code of a package crashed, or it was ended from outside (kill -9). The terminal that Jupyter runs in may say more.`;
  }
}
