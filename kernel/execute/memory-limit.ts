import type { MemoryUse } from "../wire/memory/guard.ts";
import { gigabytes } from "../wire/memory/limit.ts";
import { KeyboardInterrupt } from "./keyboard-interrupt.ts";

/** The cell took more memory than it may. It can be caught like any interrupt. */
export class MemoryLimitError extends KeyboardInterrupt {
  override readonly name: string = "MemoryLimitError";

  constructor({ used, limit, taken, left }: MemoryUse) {
    const reason = left === undefined ? "" : ` The machine has ${gigabytes(left)} left.`;
    super(
      [
        `The cell was stopped before the machine runs out of memory.${reason}`,
        `  expected: at most ${gigabytes(limit)} for the kernel`,
        `  got: ${gigabytes(used)}, of which this cell took ${gigabytes(Math.max(0, taken))}`,
        "  try: work in smaller pieces, let go of what is no longer needed (name = undefined, or %reset), or set TSPYRO_MEMORY_LIMIT (8GB, 50%, off) before the kernel starts",
      ].join("\n"),
    );
    // It passes through the library as it is.
    Object.defineProperty(this, Symbol.for("tspyro.controlFlow"), { value: true });
  }
}
