/** The processes of a launch: mpirun with its ranks, or one process alone; and their lines to the launcher. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { LaunchOptions } from "../launch/options.ts";
import { buildShim, projectFolder } from "./build.ts";
import { Lines, labelled } from "./labels.ts";
import { type LaunchJob, type PrintStream, type RankNews, unframe, WORD } from "./launch-messages.ts";
import { findRunner } from "./runner.ts";

/** How everything ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of mpirun's own error output. */
  readonly said: string;
}

export interface RankProcesses {
  /** When all processes are over and all that they printed has been passed on. */
  readonly ended: Promise<Ended>;
  /** End all of them now. */
  kill(): void;
  close(): void;
}

type Job = Omit<LaunchJob, "line" | "folder">;

/** Milliseconds that a rank has to end after mpirun. */
const HANGING_ON = 3000;

/** @returns why there is no MPI, where there is none */
export function startRanks(
  np: number,
  job: Job,
  { mpi, env = {} }: LaunchOptions,
  hear: (rank: number, message: RankNews) => void,
): RankProcesses | { readonly why: string } {
  const command = commandOf(np, mpi);
  if ("why" in command) return command;
  const files = ownFolder();
  const file = join(files, "job");
  const word = randomBytes(WORD);
  const printing = new Map<string, Lines>();
  const print = (rank: number, stream: PrintStream, text: string) => {
    const key = `${rank} ${stream}`;
    const whole = new Lines(
      (out) => process[stream].write(out),
      (line) => `[rank ${rank}] ${line}`,
    );
    if (!printing.has(key)) printing.set(key, whole);
    printing.get(key)?.push(text);
  };
  let isHungUp = () => {};
  const lines = new Set<Socket>();
  const pids = new Map<Socket, number>();
  const server = createServer((line) => {
    let rank: number | undefined;
    lines.add(line);
    const take = unframe((message) => {
      if (message.type === "hello") {
        rank = message.rank;
        pids.set(line, message.pid);
      }
      if (rank === undefined) return;
      if (message.type === "printed") print(rank, message.stream, message.text);
      else hear(rank, message);
    });
    known(line, word, take);
    line.on("error", () => {});
    line.on("close", () => {
      lines.delete(line);
      pids.delete(line);
      isHungUp();
    });
  });
  const script = fileURLToPath(
    new URL(`./rank.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url),
  );
  let child: ChildProcess | undefined;
  const kill = () => {
    // Those whose line is open are there still: nobody else has their number.
    for (const pid of pids.values()) signal(pid);
    for (const line of lines) line.destroy();
    // mpirun ends by itself when its ranks are gone, unless some have not come so far.
    child?.kill("SIGTERM");
    const late = setTimeout(() => child?.kill("SIGKILL"), 1000);
    late.unref();
  };
  const ended = new Promise<Ended>((resolve) => {
    const fail = ({ message }: Error) => resolve({ code: null, signal: null, said: message });
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const whole: LaunchJob = { ...job, line: { port, word }, folder: process.cwd() };
      writeFileSync(file, serialize(whole), { mode: 0o600 });
      const [program = process.execPath, ...args] = [...command.words, process.execPath];
      child = spawn(program, [...args, "--no-warnings", script, file], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...command.env, ...compiled(), TF_NUM_INTRAOP_THREADS: threads(np), NO_COLOR: "1", ...env },
      });
      child.on("error", fail);
      passOn(child, np, (over) => {
        // What ranks have told may still have to be read; one that outlives mpirun has nothing to do any more.
        const late = setTimeout(kill, HANGING_ON);
        isHungUp = () => {
          if (lines.size > 0) return;
          clearTimeout(late);
          for (const text of printing.values()) text.end();
          resolve(over);
        };
        isHungUp();
      });
    });
  });
  const close = () => {
    if (child?.exitCode === null && child.signalCode === null) kill();
    for (const line of lines) line.destroy();
    server.close();
    rmSync(files, { recursive: true, force: true });
  };
  return { ended, kill, close };
}

interface Command {
  /** What stands before Node's own. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

function commandOf(np: number, mpi: LaunchOptions["mpi"]): Command | { readonly why: string } {
  // A world of one: nobody needs MPI for it.
  if (np === 1) return { words: [], env: withoutWorld(process.env) };
  const runner = findRunner(mpi, process.env);
  if (runner === undefined) return { why: "there is no mpirun" };
  const built = buildShim(runner.kind, process.env);
  if ("why" in built) return built;
  const tags = runner.kind === "openmpi" ? "--tag-output" : "-prepend-rank";
  const words = [runner.command, ...runner.options, tags, "-np", String(np), ...runner.wrapper];
  return { words, env: withoutWorld(runner.env) };
}

/** Ranks of a rank would take themselves for ranks of its world. */
function withoutWorld(env: Command["env"]): Command["env"] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(OMPI_COMM_WORLD|PMI_|PMIX_|SLURM_PROCID)/.test(name)),
  );
}

/** Code that the launcher has compiled need not be compiled again. */
function compiled(): Command["env"] {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** Ranks share the cores. */
function threads(np: number): string {
  return String(Math.max(1, Math.floor(availableParallelism() / np)));
}

function passOn(child: ChildProcess, np: number, over: (ended: Ended) => void): void {
  const label = np === 1 ? (line: string) => `[rank 0] ${line}` : labelled;
  const out = new Lines((text) => process.stdout.write(text), label);
  const error = new Lines((text) => process.stderr.write(text), label);
  child.stdout?.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => error.push(text));
  child.on("close", (code, signal) => {
    out.end();
    error.end();
    over({ code, signal, said: error.others.join("\n") });
  });
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

/** For what this launch has to tell its ranks; nobody else may read it. */
function ownFolder(): string {
  const launches = join(projectFolder(), ".cache", "launch");
  mkdirSync(launches, { recursive: true });
  return mkdtempSync(join(launches, "job-"));
}

/** Hears a line once it has begun with the word; any other process of this machine may call too. */
function known(line: Socket, word: Uint8Array, take: (chunk: Uint8Array) => void): void {
  let begun = Buffer.alloc(0);
  const first = (chunk: Buffer) => {
    begun = Buffer.concat([begun, chunk]);
    if (begun.length < WORD) return;
    line.off("data", first);
    if (!timingSafeEqual(begun.subarray(0, WORD), word)) return void line.destroy();
    line.on("data", take);
    if (begun.length > WORD) take(begun.subarray(WORD));
  };
  line.on("data", first);
}
