import {
  GREATEST_LOWER_BOUND,
  generatedPositionFor,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from "@jridgewell/trace-mapping";
import type { DebugScript } from "../wire/messages.ts";
import type { Place } from "./dap.ts";
import type { Location } from "./inspector.ts";

/** What the kernel puts into a cell and nobody wrote: a step does not stop there. */
const added =
  /^(if \(\$flag\u200d|break \$(stop|done)\d*\u200d|throw \$interrupt\u200d|;?\s*undefined\s*\n\/\/# sourceURL)/;
/** What stands around the cell's result; it is a part of the statement. */
const aroundResult = /\$result\u200d\(+$/;

/** A cell as V8 runs it, and where its places are in the cell's TypeScript. */
export class Script {
  readonly run: number;
  readonly label: string;
  /** The cell's text as the front end sent it. */
  readonly written: string;
  readonly #lines: readonly string[];
  readonly #code: string;
  readonly #map: string;
  #trace: TraceMap | undefined;

  constructor({ run, label, written, code, map }: DebugScript) {
    this.run = run;
    this.label = label;
    this.written = written;
    this.#code = code;
    this.#lines = code.split("\n");
    this.#map = map;
  }

  get #mapping(): TraceMap {
    this.#trace ??= new TraceMap(this.#map);
    return this.#trace;
  }

  toCell({ lineNumber, columnNumber = 0 }: Omit<Location, "scriptId">): Place | undefined {
    for (const bias of [GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND] as const) {
      const found = originalPositionFor(this.#mapping, { line: lineNumber + 1, column: columnNumber, bias });
      if (found.line !== null) return { line: found.line, column: found.column + 1 };
    }
    return undefined;
  }

  toScript({ line, column }: Place): Omit<Location, "scriptId"> | undefined {
    const source = this.#mapping.sources[0] ?? "";
    for (const bias of [LEAST_UPPER_BOUND, GREATEST_LOWER_BOUND] as const) {
      const found = generatedPositionFor(this.#mapping, { source, line, column: column - 1, bias });
      if (found.line === null) continue;
      const before = (this.#lines[found.line - 1] ?? "").slice(0, found.column);
      const around = aroundResult.exec(before)?.[0].length ?? 0;
      return { lineNumber: found.line - 1, columnNumber: found.column - around };
    }
    return undefined;
  }

  isAdded({ lineNumber, columnNumber = 0 }: Location): boolean {
    const before = this.#lines.slice(0, lineNumber).reduce((sum, line) => sum + line.length + 1, 0);
    return added.test(this.#code.slice(before + columnNumber, before + columnNumber + 60));
  }
}
