import type { CellRegistry } from "./cells.ts";
import { placeInModule } from "./modules.ts";
import { scriptPrefix } from "./names.ts";

const deepest = 50;

/**
 * Makes `error.stack` speak of cells: `at model (Cell [3]:2:10)`, lines and columns of the TypeScript. Everybody who
 * prints an error gets that, a cell's own `console.error(error)` too. What of the kernel stands below a cell is left out.
 */
export function installStackTraces(cells: CellRegistry): void {
  Error.stackTraceLimit = deepest;
  Error.prepareStackTrace = (error, frames) => {
    const lines = ownFrames(frames).map((frame) => `\n    at ${mapped(frame, cells)}`);
    return `${headerOf(error)}${lines.join("")}`;
  };
}

function headerOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

const isCell = (frame: NodeJS.CallSite | undefined) =>
  frame?.getScriptNameOrSourceURL()?.startsWith(scriptPrefix) ?? false;

/** From the throw down to the cell's top level. */
function ownFrames(frames: NodeJS.CallSite[]): NodeJS.CallSite[] {
  const last = frames.findLastIndex(isCell);
  return last < 0 ? frames : frames.slice(0, last + 1);
}

function mapped(frame: NodeJS.CallSite, cells: CellRegistry): string {
  const text = frame.toString();
  if (text.includes(scriptPrefix)) {
    return text
      .replaceAll("\u200d", "")
      .replace(/tspyro-cell:(-?\d+):(\d+):(\d+)/g, (all, run: string, line: string, column: string) => {
        const found = cells.place(`${scriptPrefix}${run}`, Number(line), Number(column));
        return found === undefined ? all : `${found.cell.label}:${found.line}:${found.column}`;
      });
  }
  return text.replace(
    /(file:[^\s)]+?\.[mc]?tsx?)(\?(?:changed|again)=[\d.]+(?:&again=\d+)?)?:(\d+):(\d+)/,
    (all, ...parts: string[]) => {
      const [url = "", query = "", line, column] = parts;
      const found = placeInModule(`${url}${query ?? ""}`, Number(line), Number(column));
      if (found !== undefined) return `${url}:${found.line}:${found.column}`;
      return query === undefined ? all : `${url}:${line}:${column}`;
    },
  );
}
