import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";
import { nodeFlags } from "../../kernel/setup/node-flags.ts";
import { cacheFolder, root } from "../../kernel/setup/paths.ts";

/** A message as a client sees it, its parts parsed. */
export interface WireMessage {
  header: { msg_id: string; msg_type: string };
  parent: { msg_id?: string; msg_type?: string; subshell_id?: string };
  metadata: Record<string, unknown>;
  // What a message carries is checked by the tests, field by field.
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's content is open
  content: any;
  buffers: Buffer[];
}

export interface ExecuteOptions {
  cellId?: string;
  tags?: readonly string[];
  silent?: boolean;
  storeHistory?: boolean;
  stopOnError?: boolean;
  allowStdin?: boolean;
  userExpressions?: Record<string, string>;
  /** The id of the subshell that the cell is for. */
  subshell?: string;
}

export interface StartOptions {
  /** Of shell, iopub, stdin, control and heartbeat, in place of free ones. */
  ports?: readonly number[];
  cwd?: string;
  env?: Record<string, string>;
  /** The program and its arguments, for a connection file; this project's kernel where nothing is said. */
  command?: Command;
  /** Flags of Node for this project's kernel, behind its own. */
  flags?: readonly string[];
  /** One that has died, and is started again as Jupyter does it. */
  instead?: Kernel;
}

export type Command = (connectionFile: string) => readonly [string, ...string[]];

const ourCommand = (file: string, flags: readonly string[] = []): ReturnType<Command> => {
  const entry = process.env.TSPYRO_KERNEL === "source" ? "kernel/main.ts" : "dist/kernel/main.js";
  return [process.execPath, ...nodeFlags, ...flags, join(root, entry), file];
};

/** What came of one execute_request: every iopub message of it up to `idle`, and the reply. */
export interface Execution {
  reply: WireMessage;
  messages: WireMessage[];
}

type Channel = "shell" | "control" | "stdin";

const DELIMITER = "<IDS|MSG>";
/** In milliseconds. ZeroMQ's own, 100, would be most of the time that a kernel seems to need for its start. */
const reconnectInterval = 5;

/**
 * Ports that nobody listens at. They lie below those that the system gives to whoever connects: a client that tries again
 * and again until its kernel listens would now and then be given the very port that it tries to reach, and hold it.
 */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** A kernel process with a small client of its own, on 127.0.0.1. */
export class Kernel {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** Everything that came on iopub, in order. */
  readonly published: WireMessage[] = [];
  /** What the process itself printed (nothing, when all is well). */
  log = "";
  readonly #key: string;
  readonly #session = randomUUID();
  readonly #sockets: Record<Channel, Dealer>;
  readonly #iopub = new Subscriber({ receiveHighWaterMark: 0, linger: 0, reconnectInterval });
  readonly #heartbeat = new Request({ receiveTimeout: 20_000, linger: 0, reconnectInterval });
  /** The connection file. */
  readonly file: string;
  readonly #replies = new Map<string, (message: WireMessage) => void>();
  readonly #early = new Map<string, WireMessage>();
  readonly #watchers = new Set<(message: WireMessage) => void>();
  /** Called with each input_request; its result is sent back, undefined is silence. */
  onInput: (message: WireMessage) => string | undefined = () => "";

  private constructor(process: ChildProcess, key: string, file: string, identity: string) {
    this.process = process;
    this.#key = key;
    this.file = file;
    const dealer = () => new Dealer({ routingId: identity, linger: 0, reconnectInterval });
    this.#sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
    this.exited = new Promise((resolve) => process.once("exit", (code) => resolve(code)));
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
  }

  static async start(options: StartOptions = {}): Promise<Kernel> {
    const folder = join(cacheFolder, "protocol");
    await mkdir(folder, { recursive: true });
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = options.ports ?? (await freePorts(5));
    const key = randomUUID();
    const file = options.instead?.file ?? join(folder, `kernel-${randomUUID()}.json`);
    const connection = {
      ...{ shell_port, iopub_port, stdin_port, control_port, hb_port },
      ...{ ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", key, kernel_name: "tspyro" },
    };
    await writeFile(file, JSON.stringify(connection));
    const [program, ...args] = options.command?.(file) ?? ourCommand(file, options.flags);
    const child = spawn(program, args, {
      cwd: options.cwd ?? folder,
      env: {
        ...process.env,
        ...{ TF_CPP_MIN_LOG_LEVEL: "2", TSPYRO_HISTORY: "off" },
        // The kernel ends with the test, however that ends.
        JPY_PARENT_PID: String(process.pid),
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const kernel = new Kernel(child, key, file, randomUUID());
    const at = (port: number | undefined) => `tcp://127.0.0.1:${port}`;
    kernel.#iopub.subscribe();
    kernel.#iopub.connect(at(iopub_port));
    kernel.#sockets.shell.connect(at(shell_port));
    kernel.#sockets.control.connect(at(control_port));
    kernel.#sockets.stdin.connect(at(stdin_port));
    kernel.#heartbeat.connect(at(hb_port));
    void kernel.#listen();
    return kernel;
  }

  /** Starts one and waits until it has answered kernel_info and its output arrives. */
  static async ready(options: StartOptions = {}): Promise<Kernel> {
    const kernel = await Kernel.start(options);
    await kernel.request("shell", "kernel_info_request", {});
    // A subscription reaches the publisher a moment later than the first request.
    while (kernel.published.length === 0) {
      await kernel.request("shell", "kernel_info_request", {});
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return kernel;
  }

  async #listen(): Promise<void> {
    const receive = async (socket: AsyncIterable<Buffer[]>, handle: (message: WireMessage) => void) => {
      try {
        for await (const frames of socket) handle(this.#parse(frames));
      } catch (error) {
        if (!this.#closed) throw error;
      }
    };
    const settle = (message: WireMessage) => {
      const id = message.parent.msg_id ?? "";
      const waiting = this.#replies.get(id);
      this.#replies.delete(id);
      // An answer may be here before `send` has said that the question left.
      if (waiting === undefined) this.#early.set(id, message);
      else waiting(message);
    };
    await Promise.all([
      receive(this.#iopub, (message) => {
        this.published.push(message);
        for (const watch of this.#watchers) watch(message);
      }),
      receive(this.#sockets.shell, settle),
      receive(this.#sockets.control, settle),
      receive(this.#sockets.stdin, (message) => {
        const value = this.onInput(message);
        if (value !== undefined) void this.send("stdin", "input_reply", { value }, { parent: message });
      }),
    ]);
  }

  #closed = false;

  #parse(frames: Buffer[]): WireMessage {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(start + 1);
    const parts = [header, parent, metadata, content].map((part) => part ?? Buffer.alloc(0));
    const expected = this.#sign(parts);
    if (signature?.toString() !== expected) throw new Error("a message of the kernel is signed wrongly");
    const json = (part: Buffer | undefined) => JSON.parse(part?.toString() ?? "{}");
    return {
      ...{ header: json(header), parent: json(parent), metadata: json(metadata), content: json(content) },
      buffers,
    };
  }

  #sign(parts: readonly Buffer[]): string {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** Sends a message and returns its id. `tamper` changes the frames before they leave. */
  async send(
    channel: Channel,
    type: string,
    content: unknown,
    options: {
      metadata?: Record<string, unknown>;
      buffers?: Buffer[];
      parent?: WireMessage;
      subshell?: string | undefined;
      tamper?: (frames: Buffer[]) => Buffer[];
    } = {},
  ): Promise<string> {
    const msg_id = randomUUID();
    const header = {
      ...{ msg_id, msg_type: type, session: this.#session, username: "test", version: "5.4" },
      date: new Date().toISOString(),
      ...(options.subshell === undefined ? {} : { subshell_id: options.subshell }),
    };
    const parts = [header, options.parent?.header ?? {}, options.metadata ?? {}, content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const frames = [
      Buffer.from(DELIMITER),
      Buffer.from(this.#sign(parts)),
      ...parts,
      ...(options.buffers ?? []),
    ];
    await this.#sockets[channel].send(options.tamper?.(frames) ?? frames);
    return msg_id;
  }

  /** Sends frames as they are; `parts` are signed as the protocol wants it, whatever they hold. */
  async sendFrames(channel: Channel, frames: readonly Buffer[]): Promise<void> {
    await this.#sockets[channel].send([...frames]);
  }

  signed(parts: readonly Buffer[], more: readonly Buffer[] = []): Buffer[] {
    return [Buffer.from(DELIMITER), Buffer.from(this.#sign(parts)), ...parts, ...more];
  }

  /** Sends a request and waits for its reply. */
  async request(
    channel: "shell" | "control",
    type: string,
    content: unknown,
    options: { metadata?: Record<string, unknown>; timeout?: number } = {},
  ): Promise<WireMessage> {
    const id = await this.send(channel, type, content, options);
    return await this.#reply(id, type, options.timeout ?? 30_000);
  }

  #reply(id: string, type: string, timeout: number): Promise<WireMessage> {
    const early = this.#early.get(id);
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`no reply to ${type} within ${timeout} ms\n${this.log}`)),
        timeout,
      );
      this.#replies.set(id, (message) => {
        clearTimeout(patience);
        resolve(message);
      });
    });
  }

  /** Runs a cell and gathers its messages until the kernel is idle again. */
  async execute(code: string, options: ExecuteOptions = {}, timeout = 60_000): Promise<Execution> {
    return (await this.begin(code, options, timeout)).done;
  }

  /** Starts a cell: `done` settles when it is through, `messages` grows meanwhile. */
  async begin(
    code: string,
    options: ExecuteOptions = {},
    timeout = 60_000,
  ): Promise<{ id: string; messages: WireMessage[]; done: Promise<Execution> }> {
    const messages: WireMessage[] = [];
    const early = this.published.length;
    const id = await this.send(
      "shell",
      "execute_request",
      {
        ...{ code, silent: options.silent ?? false, store_history: options.storeHistory ?? true },
        user_expressions: options.userExpressions ?? {},
        allow_stdin: options.allowStdin ?? false,
        stop_on_error: options.stopOnError ?? true,
      },
      {
        subshell: options.subshell,
        metadata: {
          ...(options.cellId === undefined ? {} : { cellId: options.cellId }),
          ...(options.tags === undefined ? {} : { tags: options.tags }),
        },
      },
    );
    const idle = new Promise<void>((resolve) => {
      const watch = (message: WireMessage) => {
        if (message.parent.msg_id !== id) return;
        messages.push(message);
        if (message.header.msg_type !== "status" || message.content.execution_state !== "idle") return;
        this.#watchers.delete(watch);
        resolve();
      };
      for (const message of this.published.slice(early)) watch(message);
      this.#watchers.add(watch);
    });
    const done = this.#reply(id, "execute_request", timeout).then(async (reply) => {
      await idle;
      return { reply, messages };
    });
    return { id, messages, done };
  }

  /** Waits for an iopub message that `matches`, counting those that have come already. */
  async awaitPublished(matches: (message: WireMessage) => boolean, timeout = 10_000): Promise<WireMessage> {
    const there = this.published.find(matches);
    if (there !== undefined) return there;
    return await new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error("the awaited message did not come")), timeout);
      const watch = (message: WireMessage) => {
        if (!matches(message)) return;
        clearTimeout(patience);
        this.#watchers.delete(watch);
        resolve(message);
      };
      this.#watchers.add(watch);
    });
  }

  async interrupt(): Promise<void> {
    await this.request("control", "interrupt_request", {});
  }

  /** How long the heartbeat took to answer, in milliseconds. */
  async heartbeat(): Promise<number> {
    const before = performance.now();
    await this.#heartbeat.send("ping");
    await this.#heartbeat.receive();
    return performance.now() - before;
  }

  async stop(): Promise<void> {
    this.#closed = true;
    if (this.process.exitCode === null) this.process.kill("SIGKILL");
    await this.exited;
    for (const socket of [...Object.values(this.#sockets), this.#iopub, this.#heartbeat]) socket.close();
    await rm(this.file, { force: true });
  }
}

/** All that a cell printed on one stream. */
export function streamText({ messages }: Execution, name = "stdout"): string {
  return messages
    .filter((message) => message.header.msg_type === "stream" && message.content.name === name)
    .map((message) => message.content.text)
    .join("");
}

/** The text of a cell's result, or undefined where it had none. */
export function resultText({ messages }: Execution): string | undefined {
  return messages.find((message) => message.header.msg_type === "execute_result")?.content.data["text/plain"];
}

export function errorOf({
  messages,
}: Execution): { ename: string; evalue: string; traceback: string[] } | undefined {
  return messages.find((message) => message.header.msg_type === "error")?.content;
}
