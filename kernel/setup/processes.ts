import { type ChildProcess, spawn } from "node:child_process";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the process is ended. */
  timeout?: number;
  /** Show what it prints as it comes, besides keeping it. */
  echo?: boolean;
}

export interface Ran {
  /** 0 is success; null when it was ended by a signal or did not start. */
  code: number | null;
  /** Everything printed, both streams in the order they came. */
  output: string;
  stdout: string;
  timedOut: boolean;
  signal: NodeJS.Signals | null;
}

const running = new Set<ChildProcess>();

/** Runs a process to its end. Never throws: a process that cannot start is one with code null and the reason as output. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let output = "";
    let stdout = "";
    let timedOut = false;
    const alarm =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, options.timeout);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      stdout += text;
      if (options.echo) process.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (options.echo) process.stderr.write(text);
    });
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(alarm);
      running.delete(child);
      settle({ code, output, stdout, timedOut, signal });
    };
    child.on("error", (error) => {
      output += error.message;
      end(null, null);
    });
    child.on("close", end);
  });
}

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls `end` when this process is told to end.
 * @returns takes that back
 */
export function onEnding(end: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endings) process.on(signal, end);
  return () => {
    for (const signal of endings) process.off(signal, end);
  };
}

/** Ends what `run` has started when this process is told to end, then this process too. */
export function endChildrenOnSignals(): () => void {
  return onEnding((signal) => {
    for (const child of running) child.kill("SIGTERM");
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

/** The last lines of a long output, for a message. */
export function lastLines(output: string, count = 4): string {
  return output.trim().split("\n").slice(-count).join("\n");
}
