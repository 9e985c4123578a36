import type { Received } from "./framing.ts";
import type { CommRequest } from "./messages.ts";

type Content = Record<string, unknown>;

/** An id is a UUID, a target the name of a module: nobody needs longer ones. */
const longest = 1024;
/** A page may open as many comms as it likes, up to this: each is remembered. */
const most = 10_000;

/** What the comms that are open say to a message. */
export interface OpenComms {
  has(id: string): boolean;
  readonly size: number;
}

/**
 * What is wrong with a comm message of a front end, or undefined where nothing is: its id and its target are texts, its
 * data is a dictionary, each buffer has a path, and no path leads into a prototype.
 */
export function commFault(
  message: CommRequest["message"],
  { content, buffers }: Pick<Received, "content" | "buffers">,
  open: OpenComms,
): string | undefined {
  const { comm_id, target_name, data } = content;
  if (!isName(comm_id)) return `its comm_id is no text of 1 to ${longest} characters`;
  if (data !== undefined && !isDictionary(data)) return "its data is no dictionary";
  if (message !== "comm_open") return data === undefined ? undefined : pathFault(data, buffers.length);
  if (!isName(target_name)) return `its target_name is no text of 1 to ${longest} characters`;
  if (open.has(comm_id)) return `a comm ${JSON.stringify(comm_id.slice(0, 60))} is open already`;
  return open.size >= most ? `${most} comms are open already` : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= longest;
}

function isDictionary(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Widgets say where in their state each buffer belongs. */
function pathFault({ buffer_paths: paths }: Content, buffers: number): string | undefined {
  if (paths === undefined || paths === null) return undefined;
  if (!Array.isArray(paths) || !paths.every((path) => Array.isArray(path)))
    return "its buffer_paths are no list of lists";
  if (paths.length !== buffers) return `it has ${buffers} buffers and ${paths.length} buffer_paths`;
  const steps = paths.flat() as unknown[];
  if (steps.some((step) => typeof step !== "string" && !isIndex(step)))
    return "a step of its buffer_paths is neither a name nor an index";
  const hidden = steps.find((step) => step === "__proto__" || step === "constructor" || step === "prototype");
  return hidden === undefined ? undefined : `a step of its buffer_paths is ${JSON.stringify(hidden)}`;
}

function isIndex(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
