import { pyroError } from "../../../lib/errors.ts";
import type { ArrowTable } from "../../language/notebook-globals.ts";

/** Arrow by Flechette, which is small and has no dependencies; loaded when first used. */
export async function parseArrow(bytes: Uint8Array, name: string): Promise<ArrowTable> {
  const { tableFromIPC } = await import("@uwdata/flechette");
  try {
    return tableFromIPC(bytes, { useDate: true }) as unknown as ArrowTable;
  } catch (cause) {
    const head = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
    const hint =
      head === "PAR1"
        ? "a file of Arrow's IPC format: this one is Parquet, which pyarrow can convert"
        : "writing it again as an Arrow IPC file without compression";
    throw pyroError({
      what: `${JSON.stringify(name)} could not be read as Arrow`,
      got: cause instanceof Error ? cause.message : String(cause),
      try: hint,
      cause,
    });
  }
}
