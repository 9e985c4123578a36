/** What a launched rank and its launcher tell each other, and how it stands on the wire: lengths, and V8's format. */
import { deserialize, serialize } from "node:v8";
import type { ParamState } from "../../params/types.ts";
import type { RngState } from "../../tensor/index.ts";
import type { LaunchNews } from "../launch/events.ts";

/** Where a launcher listens, on this machine only, and the word that a rank begins with. */
export interface LineAddress {
  readonly port: number;
  /** `WORD` bytes that nobody else knows. */
  readonly word: Uint8Array;
}

export const WORD = 32;

/** What each rank reads when it begins. */
export interface LaunchJob {
  readonly line: LineAddress;
  /** Where the launcher runs: scripts and packages are looked for from there. */
  readonly folder: string;
  /** Packed, or the path of a script. */
  readonly task: Uint8Array | string;
  readonly args: Uint8Array;
  readonly preamble: string;
  readonly params: ParamState;
  readonly rng: RngState;
}

export type RankMessage =
  | { readonly type: "hello"; readonly rank: number; readonly pid: number }
  | { readonly type: "printed"; readonly stream: PrintStream; readonly text: string }
  | { readonly type: "losses"; readonly at: number; readonly values: Float32Array; readonly news: LaunchNews }
  | { readonly type: "failed"; readonly failure: RankFailure }
  | { readonly type: "finished"; readonly value: Uint8Array; readonly params: ParamState | undefined };

/** What is not only passed on. */
export type RankNews = Exclude<RankMessage, { type: "printed" }>;

export type PrintStream = "stdout" | "stderr";

export interface RankFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The step it was at, from 1; 0 before the first. */
  readonly step: number;
  /** Whether another rank is to blame. */
  readonly another: boolean;
}

export function frame(message: RankMessage): Uint8Array {
  const body = serialize(message);
  const out = Buffer.alloc(4 + body.length);
  out.writeUInt32LE(body.length);
  body.copy(out, 4);
  return out;
}

/** @returns takes what a socket brings, and tells of each whole message */
export function unframe(tell: (message: RankMessage) => void): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let wanted: number | undefined;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= (wanted ?? 4)) {
      const all = Buffer.concat(chunks);
      const end = wanted ?? 4;
      if (wanted === undefined) wanted = all.readUInt32LE();
      else {
        wanted = undefined;
        tell(deserialize(all.subarray(0, end)) as RankMessage);
      }
      chunks = [all.subarray(end)];
      held = all.length - end;
    }
  };
}
