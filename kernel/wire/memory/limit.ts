/** The share of the machine's memory that one kernel may take, unless it is told otherwise. */
const share = 0.75;

const units = { "": 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 };

export interface MemoryLimit {
  /** In bytes; Infinity where there is none. */
  readonly bytes: number;
  /** What is wrong with the setting, which was not followed. */
  readonly complaint?: string;
}

/**
 * The limit of a kernel's memory, from `TSPYRO_MEMORY_LIMIT`: `8GB`, `8e9`, `6GiB`, `50%` of the machine's, or `off`.
 * @param total the machine's memory in bytes
 */
export function memoryLimit(setting: string | undefined, total: number): MemoryLimit {
  const usual = { bytes: Math.round(total * share) };
  const text = setting?.trim().toLowerCase() ?? "";
  if (text === "") return usual;
  if (text === "off") return { bytes: Number.POSITIVE_INFINITY };
  const [, number, unit = ""] = /^([\d.]+(?:e\d+)?)\s*(%|(?:[kmgt]i?)?b?)$/.exec(text) ?? [];
  const name = unit.replace(/b$/, "") as keyof typeof units;
  const bytes = Number(number) * (unit === "%" ? total / 100 : (units[name] ?? Number.NaN));
  if (bytes > 0) return { bytes };
  return {
    ...usual,
    complaint: `TSPYRO_MEMORY_LIMIT is ${JSON.stringify(setting)}, which is no amount of memory: expected 8GB, 50% or off. The limit is ${gigabytes(usual.bytes)}.`,
  };
}

export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
