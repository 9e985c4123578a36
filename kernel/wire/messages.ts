import type { MessagePort } from "node:worker_threads";
import type { LifeFiles } from "./life/folder.ts";

/**
 * What the wire thread and the main thread say to each other. A `run` is the number of a request that main
 * works on; everything main sends names the run whose output it is, and the wire knows its parent header.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
export type Content = Record<string, unknown>;

export interface ExecuteRequest {
  type: "execute";
  run: number;
  code: string;
  executionCount: number;
  silent: boolean;
  storeHistory: boolean;
  allowStdin: boolean;
  stopOnError: boolean;
  cellId: string | undefined;
  /** A program runs the notebook and keeps what comes before the cell's end. */
  unattended: boolean;
  tags: readonly string[];
  /** Cells that the front end has deleted since it last asked for anything. */
  deletedCells: readonly string[];
  userExpressions: Readonly<Record<string, string>>;
  /** Whose cell it is, where it runs beside the notebook's. */
  subshell: string | undefined;
}

export interface CommRequest {
  type: "comm";
  run: number;
  message: "comm_open" | "comm_msg" | "comm_close";
  content: Content;
  metadata: Content;
  buffers: Uint8Array[];
}

export type ToMain =
  | ExecuteRequest
  | CommRequest
  /** `kernel_info` has been answered: time to load what is heavy. */
  | { type: "known" }
  /** The user asked to stop; answered by `acknowledge`, which says that main's event loop turns. */
  | { type: "interrupt"; sequence: number }
  /** V8 has ended what was running. */
  | { type: "terminated"; spell: number }
  /** Memory is short: what nothing refers to is freed. */
  | { type: "collect" }
  | { type: "shutdown"; restart: boolean }
  /** Breakpoints stand in the script that main has told of. */
  | { type: "armed"; run: number };

export interface PublishMessage {
  type: "publish";
  run: number;
  message: string;
  content: Content;
  metadata?: Content | undefined;
  buffers?: readonly Uint8Array[] | undefined;
}

/** A cell as V8 gets it, for the debugger. */
export interface DebugScript {
  run: number;
  label: string;
  /** The cell's text as the front end sent it. */
  written: string;
  code: string;
  /** Source map from `code` to the cell, as JSON. */
  map: string;
}

export type ToWire =
  | { type: "stream"; run: number; name: "stdout" | "stderr"; text: string }
  | PublishMessage
  /** Content of the reply to an execute_request. */
  | { type: "reply"; run: number; content: Content }
  /** All output of the run has been sent. */
  | { type: "finished"; run: number }
  | { type: "acknowledge"; sequence: number }
  | { type: "input"; run: number; prompt: string; password: boolean }
  | { type: "language"; port: MessagePort }
  /** A script is about to run while a debugger is attached; answered by `armed`. */
  | { type: "script"; script: DebugScript; names: readonly string[] }
  /** The process is about to end, by a call of the user's where it is named: all is sent, then `Word.closed` is set. */
  | { type: "exit"; run: number | undefined; how: string | undefined };

/** What the wire thread is started with. */
export interface WireData {
  connectionFile: string;
  memory: SharedArrayBuffer;
  /** Answers to `input_request` arrive here; main takes them synchronously. */
  input: MessagePort;
  version: string;
  /** What this kernel leaves behind if it dies. */
  life: LifeFiles;
  /** The folder of the history of cells; without one it is kept in memory only. */
  history: string | undefined;
}
