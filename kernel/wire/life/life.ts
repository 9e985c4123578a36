import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type LifeRecord, tellOfDeath } from "./death.ts";
import type { LifeFiles } from "./folder.ts";
import { memoryKills } from "./kills.ts";

/** The record is written in place, always as long as this. */
const length = 512;
const day = 86_400_000;

/**
 * A note of what the kernel is doing, in a file that is there only while it lives. A death that nobody can foresee (V8's
 * own abort, a crash in native code, the system's killer) leaves it behind, and the kernel that Jupyter starts in its
 * place tells what is known. That takes no second process, and nothing at the start.
 */
export class Life {
  readonly #files: LifeFiles;
  readonly #kills: () => number | undefined;
  #file: number | undefined;
  #begun = false;
  #record: LifeRecord;

  constructor(files: LifeFiles, { pid = process.pid, kills = memoryKills } = {}) {
    this.#files = files;
    this.#kills = kills;
    this.#record = { pid, used: 0 };
  }

  /** @returns what became of the kernel before, where it ended without a word; once */
  begin(): string | undefined {
    if (this.#begun) return undefined;
    this.#begun = true;
    try {
      mkdirSync(dirname(this.#files.record), { recursive: true });
      const told = this.#predecessor();
      this.#clear();
      this.#file = openSync(this.#files.record, "w");
      this.#write({ kills: this.#kills() });
      return told;
    } catch {
      // The folder cannot be written to: a kernel that dies leaves no note.
      return undefined;
    }
  }

  /** The cell that runs now, by its name, or none. */
  works(cell: string | undefined): void {
    this.#write({ cell });
  }

  /** Bytes that the process takes; what is only a little more is not noted. */
  takes(used: number): void {
    if (used > 1.1 * this.#record.used || used < 0.5 * this.#record.used) this.#write({ used });
  }

  /** It ends as it should. */
  end(): void {
    this.#begun = true;
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    this.#clear();
  }

  #write(change: Partial<LifeRecord>): void {
    this.#record = { ...this.#record, ...change };
    if (this.#file !== undefined) writeSync(this.#file, JSON.stringify(this.#record).padEnd(length), 0);
  }

  #predecessor(): string | undefined {
    const record = read<LifeRecord>(this.#files.record);
    if (typeof record?.pid !== "number" || (record.pid !== this.#record.pid && isAlive(record.pid)))
      return undefined;
    const report = read<Report>(this.#files.report);
    const fatal = report?.header?.processId === record.pid ? report.header.event : undefined;
    return tellOfDeath(record, { fatal, kills: this.#kills() });
  }

  #clear(): void {
    for (const file of Object.values(this.#files)) rmSync(file, { force: true });
  }

  /** Removes what kernels left behind whose connection files are not used again. */
  sweep(now: number = Date.now()): void {
    const folder = dirname(this.#files.record);
    try {
      for (const name of readdirSync(folder)) {
        const file = join(folder, name);
        if (now - statSync(file).mtimeMs > day && !isAlive(read<LifeRecord>(file)?.pid)) rmSync(file);
      }
    } catch {
      // Another kernel has been here at the same time.
    }
  }
}

/** Node's diagnostic report, as far as it matters here. */
interface Report {
  header?: { event?: string; processId?: number };
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (typeof pid !== "number") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
