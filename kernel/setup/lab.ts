import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { projectEnvironment } from "./environment.ts";
import { jupyterFolder, venvPython } from "./paths.ts";
import { freePort, isFree } from "./ports.ts";

export interface LabOptions {
  /** The folder that JupyterLab shows, absolute. */
  folder: string;
  /** Default: the first free one from 8888 on. */
  port?: number;
  /** Default: a fresh random one. */
  token?: string;
  /** Let Jupyter open the machine's browser (default false). */
  browser?: boolean;
  /** Put over the project's environment. */
  env?: Record<string, string>;
  /** Where the server's own log goes: to this process's stderr (default) or nowhere. */
  log?: "inherit" | "ignore";
  /** Ends the server, also while it starts. */
  signal?: AbortSignal;
}

export interface Lab {
  /** For example http://127.0.0.1:8888 */
  origin: string;
  token: string;
  /** The address to open, token included. */
  url: string;
  pid: number;
  /** Settles when the server has ended, however that came about. */
  ended: Promise<void>;
  /** Ends the server, and the kernels with it, and waits for that. May be called more than once. */
  stop(): Promise<void>;
}

const firstPort = 8888;

/**
 * Starts the project's JupyterLab on 127.0.0.1 and waits until it answers. A port that another program takes in the
 * moment before this one does is no matter where none was asked for: the next free one is tried.
 * @returns the running server; undefined when `signal` asked for its end before it answered
 * @throws Error when it ends before that, or does not answer within a minute
 */
export async function startLab(options: LabOptions): Promise<Lab | undefined> {
  if (options.port !== undefined) return startLabOn(options.port, options);
  for (let first = firstPort; ; ) {
    const port = await freePort(first);
    try {
      return await startLabOn(port, options);
    } catch (error) {
      if (port >= firstPort + 100 || (await isFree(port))) throw error;
      if (options.log !== "ignore")
        process.stderr.write(`port ${port} was taken meanwhile; trying the next one ...\n`);
      first = port + 1;
    }
  }
}

async function startLabOn(port: number, options: LabOptions): Promise<Lab | undefined> {
  const token = options.token ?? randomBytes(24).toString("hex");
  mkdirSync(jupyterFolder, { recursive: true });
  const args = [
    ...[
      "-m",
      "jupyterlab",
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
    ],
    ...[`--ServerApp.root_dir=${options.folder}`, "--Application.log_level=WARN", "-y"],
    ...(options.browser ? [] : ["--no-browser"]),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  const child = spawn(venvPython, args, {
    cwd: options.folder,
    // The token goes by the environment: command lines can be read by every user of the machine.
    env: { ...projectEnvironment(), JUPYTER_TOKEN: token, ...options.env },
    stdio: ["ignore", options.log ?? "inherit", options.log ?? "inherit"],
  });
  let over = false;
  const ended = new Promise<void>((settle) => {
    for (const event of ["exit", "error"] as const) {
      child.once(event, () => {
        over = true;
        settle();
      });
    }
  });
  const stop = async () => {
    if (over) return;
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(patience);
  };
  options.signal?.addEventListener("abort", () => void stop(), { once: true });
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await answers(`${origin}/api/status`, token))) {
    if (options.signal?.aborted) return ended.then(() => undefined);
    if (over) throw new Error("JupyterLab ended before it answered; its messages are above.");
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`JupyterLab did not answer on ${origin} within a minute.`);
    }
    await sleep(100);
  }
  return { origin, token, url: `${origin}/lab?token=${token}`, pid: child.pid ?? 0, ended, stop };
}

async function answers(url: string, token: string): Promise<boolean> {
  try {
    const reply = await fetch(url, {
      headers: { authorization: `token ${token}` },
      signal: AbortSignal.timeout(2_000),
    });
    return reply.ok;
  } catch {
    return false;
  }
}
