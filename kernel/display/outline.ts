import { cut, formatCount } from "./escape.ts";
import { type Listing, listingOf } from "./listing.ts";
import type { Piece } from "./pieces.ts";
import { labelOf, previewOf } from "./preview.ts";
import { multiLineText } from "./special.ts";

/**
 * A value laid out for reading, down to a limit of entries: what the folding HTML and the text of large values are
 * written from. It is filled breadth first, so that one large member does not hide its neighbours.
 */
export interface Outline {
  /** How the entry is called in the value it belongs to. */
  readonly key?: readonly Piece[];
  /** One line that stands for the value. */
  readonly preview: readonly Piece[];
  /** A text of several lines, shown when unfolded. */
  readonly body?: string;
  readonly entries: Outline[];
  /** Entries that are left out. */
  more: number;
}

export interface OutlineLimits {
  /** Most entries in all. */
  readonly entries?: number;
  readonly depth?: number;
}

interface Chain {
  readonly value: object;
  readonly outer: Chain | undefined;
}

interface Task {
  readonly outline: Outline;
  readonly listing: Listing;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly chain: Chain | undefined;
}

/** Longer lists are folded in groups of this many. */
const groupSize = 100;
/** So many groups are shown from the front, and the last one. */
const mostGroups = 8;

export function outlineOf(value: unknown, { entries = 1000, depth = 8 }: OutlineLimits = {}): Outline {
  const tasks: Task[] = [];
  const root = laidOut(value, undefined, { depth: 0, chain: undefined }, tasks);
  let left = entries;
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    if (left <= 0 || task.depth >= depth) task.outline.more = task.to - task.from;
    else left -= expand(task, left, tasks);
  }
  return root;
}

type Where = Pick<Task, "depth" | "chain">;

function laidOut(
  value: unknown,
  key: readonly Piece[] | undefined,
  { depth, chain }: Where,
  tasks: Task[],
): Outline {
  const named = key === undefined ? {} : { key };
  if (isAmong(value, chain))
    return { ...named, preview: [{ text: "[Circular]", kind: "muted" }], entries: [], more: 0 };
  const body = multiLineText(value);
  const outline: Outline = {
    ...named,
    preview: previewOf(value),
    entries: [],
    more: 0,
    ...(body !== undefined && { body }),
  };
  const listing = body === undefined ? listingOf(value) : undefined;
  if (listing !== undefined && listing.size > 0) {
    const inner = { value: value as object, outer: chain };
    tasks.push({ outline, listing, from: 0, to: listing.size, depth, chain: inner });
  }
  return outline;
}

/** @returns how many entries it has cost */
function expand(task: Task, left: number, tasks: Task[]): number {
  const { outline, listing, from, to, depth, chain } = task;
  if (to - from > groupSize) return expandGroups(task, tasks);
  const end = Math.min(to, from + left);
  for (let i = from; i < end; i++) {
    const { key: own, value, note } = listing.at(i);
    const key = labelOf(own);
    outline.entries.push(
      note === undefined
        ? laidOut(value, key, { depth: depth + 1, chain }, tasks)
        : { key, preview: [note], entries: [], more: 0 },
    );
  }
  outline.more = to - end;
  return end - from;
}

function expandGroups({ outline, listing, from, to, depth, chain }: Task, tasks: Task[]): number {
  const count = Math.ceil((to - from) / groupSize);
  const shown = count <= mostGroups + 1 ? count : mostGroups;
  const group = (index: number) => {
    const start = from + index * groupSize;
    const end = Math.min(to, start + groupSize);
    const text = `[${formatCount(start)} … ${formatCount(end - 1)}]`;
    const one: Outline = { preview: [{ text, kind: "muted" }], entries: [], more: 0 };
    outline.entries.push(one);
    tasks.push({ outline: one, listing, from: start, to: end, depth, chain });
  };
  for (let i = 0; i < shown; i++) group(i);
  if (shown < count && listing.random) group(count - 1);
  const hidden = count - outline.entries.length;
  if (hidden > 0) {
    const last = listing.random ? (to - from) % groupSize || groupSize : 0;
    outline.more = to - from - shown * groupSize - last;
  }
  return outline.entries.length;
}

function isAmong(value: unknown, chain: Chain | undefined): boolean {
  for (let one = chain; one !== undefined; one = one.outer) if (one.value === value) return true;
  return false;
}

/** The outline as text, for terminals. */
export function outlineText(outline: Outline, indent = ""): string {
  const { key, preview, body, entries, more } = outline;
  const text = (pieces: readonly Piece[]) => pieces.map((piece) => piece.text).join("");
  const head = `${indent}${key === undefined ? "" : `${text(key)}: `}${body ?? text(preview)}`;
  const lines = [cut(head, 10_000), ...entries.map((entry) => outlineText(entry, `${indent}  `))];
  if (more > 0 && entries.length > 0) lines.push(`${indent}  ... ${formatCount(more)} more`);
  return lines.join("\n");
}
