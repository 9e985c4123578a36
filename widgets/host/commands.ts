import type { RunCommand, ViewCommand } from "./types.ts";

/** A message of a page as a command, if it is one in every field; anything else is not heard. */
export function asCommand(content: unknown): RunCommand | ViewCommand | undefined {
  if (typeof content !== "object" || content === null) return undefined;
  const { tspyro, value, name, file } = content as Readonly<Record<string, unknown>>;
  switch (tspyro) {
    case "pause":
    case "resume":
    case "stop":
    case "step":
    case "settle":
    case "param-undo":
      return { tspyro };
    case "lr":
      return typeof value === "number" ? { tspyro, value } : undefined;
    case "scale":
      return value === "log" || value === "linear" ? { tspyro, value } : undefined;
    case "input":
      return typeof name === "string" && typeof value === "number" && Number.isFinite(value)
        ? { tspyro, name, value }
        : undefined;
    case "param-open":
    case "param-reset":
    case "param-delete":
      return typeof name === "string" ? { tspyro, name } : undefined;
    case "param-save":
    case "param-load":
      return typeof file === "string" && isFileName(file) ? { tspyro, file } : undefined;
    default:
      return undefined;
  }
}

function isFileName(file: string): boolean {
  return file.trim() !== "" && file.length <= 1000 && !file.includes("\0");
}

export function isViewCommand(command: RunCommand | ViewCommand): command is ViewCommand {
  return !["pause", "resume", "stop", "step", "lr"].includes(command.tspyro);
}
