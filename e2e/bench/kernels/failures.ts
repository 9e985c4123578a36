import type { Kernel } from "../../protocol/client.ts";
import type { MeasuredKernel } from "./kernel.ts";

/** How often a kernel may fail in one run before it is measured no more. */
const LIMIT = 8;

/**
 * How often each kernel of a run failed, and its last words. tslab ends with EBUSY where a request comes while it still
 * binds its sockets: what was measured then is measured again of a fresh one, so that the run goes on.
 */
export class Failures {
  readonly #words = new Map<MeasuredKernel, readonly string[]>();

  of(kernel: MeasuredKernel): readonly string[] {
    return this.#words.get(kernel) ?? [];
  }

  /** What `work` gives, or undefined where the kernel fails more often than it may. */
  async outlive<T>(kernel: MeasuredKernel, work: () => Promise<T>): Promise<T | undefined> {
    while (this.of(kernel).length < LIMIT) {
      try {
        return await work();
      } catch (error) {
        const [word = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
        this.#words.set(kernel, [...this.of(kernel), word]);
      }
    }
    return undefined;
  }

  /** One sentence on each kernel that failed. */
  told(): string[] {
    return [...this.#words].map(([{ name }, words]) => {
      const times = words.length === 1 ? "once" : `${words.length} times`;
      const then = words.length < LIMIT ? "was started again" : "was then measured no more";
      return `${name} failed ${times} while it was measured, and ${then}: ${[...new Set(words)].join("; ")}`;
    });
  }
}

/** `answer`, unless the kernel dies before it comes. */
export async function whileAlive<T>(kernel: Kernel, answer: Promise<T>): Promise<T> {
  const death = kernel.exited.then((code) => {
    throw new Error(`it ended${code === null ? "" : ` with code ${code}`}: ${lastWords(kernel.log)}`);
  });
  return await Promise.race([answer, death]);
}

function lastWords(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  return lines.findLast((line) => /error/i.test(line)) ?? lines.findLast(Boolean) ?? "it said nothing";
}
