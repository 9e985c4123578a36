export interface ThrottleLimits {
  /** Characters that pass at once. */
  readonly burst: number;
  /** Characters a second that pass beyond that. */
  readonly rate: number;
  /** Most characters of what is held back that are shown in the end: the newest ones. */
  readonly tail: number;
}

/** What a browser can still draw, and less than Jupyter's server refuses to pass on (1 MB a second over 3 s). */
export const usualLimits: ThrottleLimits = { burst: 2_000_000, rate: 50_000, tail: 16_000 };

type Stream = "stdout" | "stderr";

interface Held {
  texts: string[];
  size: number;
  lostLines: number;
  lostSize: number;
}

/** One cell's text: past a burst most of it is left out, and a line in its place says how much. */
export class Throttle {
  readonly #limits: ThrottleLimits;
  readonly #now: () => number;
  readonly #held = new Map<Stream, Held>();
  #allowance: number;
  #latest: number;

  constructor(limits: ThrottleLimits = usualLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#allowance = limits.burst;
    this.#latest = now();
  }

  get holds(): boolean {
    return this.#held.size > 0;
  }

  /** What of the text may be shown now; the rest is held back. */
  take(stream: Stream, text: string): string {
    if (this.#held.has(stream)) {
      this.#hold(stream, text);
      return "";
    }
    this.#refill();
    if (text.length <= this.#allowance) {
      this.#allowance -= text.length;
      return text;
    }
    const whole = text.lastIndexOf("\n", Math.max(0, this.#allowance - 1)) + 1;
    this.#allowance = 0;
    this.#hold(stream, text.slice(whole));
    return text.slice(0, whole);
  }

  /** The newest of what was held back, after a line that tells of the rest; at the end whatever the allowance is. */
  settle(atEnd = false): [Stream, string][] {
    this.#refill();
    const { burst, tail } = this.#limits;
    if (!atEnd && this.#allowance < Math.min(burst, tail)) return [];
    const settled: [Stream, string][] = [];
    for (const [stream, held] of this.#held) {
      this.#trim(held);
      const text = held.texts.join("");
      this.#allowance = Math.max(0, this.#allowance - text.length);
      settled.push([stream, notice(held) + text]);
    }
    this.#held.clear();
    return settled;
  }

  #hold(stream: Stream, text: string): void {
    let held = this.#held.get(stream);
    if (held === undefined) {
      held = { texts: [], size: 0, lostLines: 0, lostSize: 0 };
      this.#held.set(stream, held);
    }
    held.texts.push(text);
    held.size += text.length;
    // Twice as much is let in, so that it is not trimmed with every line.
    if (held.size > 2 * this.#limits.tail) this.#trim(held);
  }

  /** Leaves whole lines out at the front until the rest is short enough. */
  #trim(held: Held): void {
    const { tail } = this.#limits;
    if (held.size <= tail) return;
    const all = held.texts.join("");
    const cut = all.length - tail;
    const line = all.indexOf("\n", cut - 1) + 1;
    const end = line > 0 ? line : cut;
    for (let at = all.indexOf("\n"); at >= 0 && at < end; at = all.indexOf("\n", at + 1)) held.lostLines++;
    held.lostSize += end;
    held.texts = [all.slice(end)];
    held.size = all.length - end;
  }

  #refill(): void {
    const now = this.#now();
    const { burst, rate } = this.#limits;
    this.#allowance = Math.min(burst, this.#allowance + ((now - this.#latest) / 1000) * rate);
    this.#latest = now;
  }
}

function notice({ lostLines, lostSize }: Held): string {
  if (lostSize === 0) return "";
  const size =
    lostSize < 1e5 ? `${lostSize} characters` : `${(lostSize / 1e6).toFixed(1)} million characters`;
  return `\n[${lostLines} lines, ${size}, are left out here. A file takes them all; TSPYRO_OUTPUT_LIMIT=off shows them all.]\n`;
}

/** The limits that `TSPYRO_OUTPUT_LIMIT` asks for: a number of characters, or `off`. */
export function limitsFrom(told: string | undefined): ThrottleLimits {
  if (told === "off") return { ...usualLimits, burst: Number.POSITIVE_INFINITY };
  const burst = Number(told);
  return told === undefined || !(burst >= 0) ? usualLimits : { ...usualLimits, burst };
}
