import type { MessagePort } from "node:worker_threads";
import { Assistant } from "./assistant.ts";
import { CommTraffic } from "./comms.ts";
import { type Channel, type Connection, connectInfo } from "./connection.ts";
import { Debugging } from "./debugging.ts";
import { lostSubshell, unsendable } from "./failures.ts";
import { Farewell } from "./farewell.ts";
import { Framing, type Origin, type Received } from "./framing.ts";
import type { History } from "./history/history.ts";
import { Interrupter } from "./interrupter.ts";
import { kernelInfo } from "./kernel-info.ts";
import type { Life } from "./life/life.ts";
import type { Log } from "./log.ts";
import { MemoryGuard } from "./memory/guard.ts";
import { type Machine, usedMemory } from "./memory/machine.ts";
import type { ToMain, ToWire } from "./messages.ts";
import { Publisher } from "./publisher.ts";
import { Runs } from "./runs.ts";
import { Sender } from "./sender.ts";
import { Activity, type Shared, Word } from "./shared.ts";
import { closeSockets, receive, type Sockets } from "./sockets.ts";
import { Stdin } from "./stdin.ts";
import { Subshells } from "./subshells.ts";
import type { ThrottleLimits } from "./throttle.ts";

type Content = Record<string, unknown>;

export interface WireOptions {
  connection: Connection;
  sockets: Sockets;
  shared: Shared;
  input: MessagePort;
  version: string;
  history: History;
  /** What is left behind for the next kernel if this one dies. */
  life: Life;
  log: Log;
  memory: { limit: number; machine: Machine };
  /** Of the text that a cell prints. */
  limits: ThrottleLimits;
  toMain(message: ToMain): void;
}

/** How long main has to end by itself once the front end said `shutdown`. */
const shutdownPatience = 1500;
/** How long the last messages have to leave. */
const farewell = 100;

/** Everything between the sockets and main. It never waits for main, except for the results of cells. */
export class Wire {
  readonly #options: WireOptions;
  readonly #framing: Framing;
  readonly #publisher: Publisher;
  readonly #senders: Record<"shell" | "control" | "stdin", Sender>;
  readonly #runs = new Runs();
  readonly #shells: Subshells;
  readonly #assistant = new Assistant();
  readonly #interrupter: Interrupter;
  readonly #guard: MemoryGuard;
  readonly #stdin: Stdin;
  readonly #comms: CommTraffic;
  #known = false;
  #closing = false;
  readonly #debugging: Debugging;
  readonly #farewell: Farewell;
  /** How the kernel before this one ended, until somebody has been told. */
  #predecessor: string | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
    const { sockets, shared, history, toMain } = options;
    this.#framing = new Framing(options.connection, options.log);
    this.#publisher = new Publisher(this.#framing, new Sender(sockets.iopub), options.limits);
    this.#senders = {
      shell: new Sender(sockets.shell),
      control: new Sender(sockets.control),
      stdin: new Sender(sockets.stdin),
    };
    this.#shells = new Subshells({
      publisher: this.#publisher,
      runs: this.#runs,
      history,
      toMain,
      reply: (request, content) => this.#reply("shell", request, content),
      works: (cell, parent) => this.#works(cell, parent),
    });
    const ports = { framing: this.#framing, publisher: this.#publisher, runs: this.#runs };
    this.#comms = new CommTraffic({
      ...{ ...ports, shared, log: options.log, toMain },
      idle: (request) => this.#idle(request),
    });
    const { words } = shared;
    this.#stdin = new Stdin({ ...ports, sender: this.#senders.stdin, words, input: options.input });
    this.#farewell = new Farewell({
      ...{ publisher: this.#publisher, runs: this.#runs, shells: this.#shells, log: options.log },
    });
    this.#debugging = new Debugging({
      words,
      run: () => this.#shells.main.current?.run,
      event: (content) =>
        this.#publisher.publish({ type: "debug_event", content: { ...content }, parent: undefined }),
    });
    this.#interrupter = new Interrupter(shared, {
      tellMain: (sequence) => toMain({ type: "interrupt", sequence }),
      terminated: (spell) => toMain({ type: "terminated", spell }),
      running: () => this.#shells.main.current?.run,
    });
    this.#guard = new MemoryGuard({
      ...options.memory,
      used: () => {
        const used = usedMemory();
        options.life.takes(used);
        return used;
      },
      resident: () => process.memoryUsage.rss(),
      spell: () =>
        Atomics.load(words, Word.activity) === Activity.idle ? undefined : Atomics.load(words, Word.spell),
      interrupt: (use, force) => this.#interrupter.outOfMemory(use, force),
      background: (use) => {
        toMain({ type: "collect" });
        this.#farewell.warnOfMemory(use);
      },
      end: (reason) => void this.#die(reason),
    });
  }

  start(): void {
    const { sockets } = this.#options;
    const take = (
      name: Channel,
      socket: AsyncIterable<Buffer[]>,
      handle: (frames: Buffer[]) => void | Promise<void>,
    ) =>
      void receive(socket, handle, (error) =>
        this.#options.log(
          `A message on ${name} was dropped: ${error instanceof Error ? error.message : error}`,
        ),
      );
    take("hb", sockets.heartbeat, (frames) => sockets.heartbeat.send(frames));
    take("shell", sockets.shell, (frames) => this.#receive("shell", frames));
    take("control", sockets.control, (frames) => this.#receive("control", frames));
    take("stdin", sockets.stdin, (frames) => this.#stdin.receive(frames));
    take("iopub", sockets.iopub, ([frame]) => {
      if (frame?.[0] === 1) this.#publisher.welcome(frame.subarray(1));
    });
    this.#publisher.status(undefined, "starting");
    this.#guard.start();
  }

  /** Ends the process, which cannot be saved, with its reason. */
  async #die(reason: string): Promise<void> {
    await this.#farewell.outOfMemory(reason);
    await this.close();
    setTimeout(() => process.kill(process.pid, "SIGKILL"), farewell);
  }

  /** A cell begins, or none is left. */
  #works(cell: string | undefined, parent: Buffer): void {
    const { life } = this.#options;
    this.#predecessor ??= life.begin();
    life.works(cell);
    if (this.#predecessor === undefined || cell === undefined) return;
    this.#publisher.stream(parent, "stderr", `${this.#predecessor}\n`);
    this.#predecessor = undefined;
  }

  fromMain(message: ToWire): void {
    switch (message.type) {
      case "stream":
        return this.#publisher.stream(this.#runs.parent(message.run), message.name, message.text);
      case "publish": {
        const { message: type, content, metadata, buffers, run } = message;
        this.#comms.track(type, content);
        if (type === "execute_result") this.#shells.running(run)?.result(run, content.data);
        return this.#publisher.publish({ type, content, metadata, buffers, parent: this.#runs.parent(run) });
      }
      case "reply":
        return void this.#shells.running(message.run)?.reply(message.run, message.content);
      case "finished":
        return this.#finished(message.run);
      case "acknowledge":
        return this.#interrupter.acknowledge(message.sequence);
      case "input":
        return this.#stdin.ask(message.run, message.prompt, message.password);
      case "language":
        return this.#assistant.connect(message.port);
      case "script":
        return void this.#arm(message);
      case "exit":
        return void this.close(message);
      default:
        message satisfies never;
    }
  }

  refused(message: ToWire, error: unknown): void {
    const { run, text, reply } = unsendable(message, error);
    this.#publisher.stream(this.#runs.parent(run), "stderr", text);
    if (reply !== undefined) void this.#shells.running(run)?.reply(run, reply);
  }

  /** Sends what is left and closes the sockets; after that the process may end. */
  async close({ run, how }: { run?: number | undefined; how?: string | undefined } = {}): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#farewell.left(run, how);
    this.#shells.close();
    this.#publisher.flush();
    await Promise.all(Object.values(this.#senders).map((sender) => sender.flushed()));
    await this.#publisher.flushed();
    this.#guard.stop();
    this.#interrupter.disconnect();
    this.#debugging.close();
    this.#options.life.end();
    closeSockets(this.#options.sockets);
    Atomics.store(this.#options.shared.words, Word.closed, 1);
    Atomics.notify(this.#options.shared.words, Word.closed);
  }

  #receive(channel: "shell" | "control", frames: Buffer[]): void {
    const request = this.#framing.decode(frames);
    if (request === undefined || this.#closing) return;
    const { content } = request;
    const queue = channel === "shell" ? this.#shells.of(request) : this.#shells.main;
    if (queue === undefined) return this.#lost(channel, request);
    switch (request.header.msg_type) {
      case "execute_request":
        return queue.push(request);
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        return this.#comms.receive(request.header.msg_type, request);
      case "kernel_info_request":
        return void this.#answer(channel, request, kernelInfo(this.#options.version)).then(() =>
          this.#becameKnown(),
        );
      case "complete_request":
        return void this.#answer(channel, request, this.#assistant.complete(content));
      case "inspect_request":
        return void this.#answer(channel, request, this.#assistant.inspect(content));
      case "is_complete_request":
        return void this.#answer(channel, request, this.#assistant.isComplete(content));
      case "comm_info_request":
        return void this.#answer(channel, request, this.#comms.info(content));
      case "history_request":
        return void this.#answer(channel, request, this.#options.history.answer(content));
      case "connect_request":
        return void this.#answer(channel, request, connectInfo(this.#options.connection));
      case "interrupt_request":
        this.#interrupt();
        return void this.#answer(channel, request, { status: "ok" });
      case "debug_request":
        return void this.#debug(channel, request);
      case "create_subshell_request":
        return void this.#answer(channel, request, { status: "ok", subshell_id: this.#shells.create() });
      case "delete_subshell_request":
        if (!this.#shells.delete(String(content.subshell_id))) return this.#lost(channel, request);
        return void this.#answer(channel, request, { status: "ok" });
      case "list_subshell_request":
        return void this.#answer(channel, request, { status: "ok", subshell_id: this.#shells.list() });
      case "shutdown_request":
        return this.#shutdown(channel, request, content.restart === true);
      default:
        // The protocol wants unknown requests to be ignored.
        return;
    }
  }

  /** A request that is answered here, beside a cell that may be running. */
  async #answer(
    channel: "shell" | "control",
    request: Received,
    content: Content | Promise<Content>,
  ): Promise<void> {
    this.#publisher.status(request.rawHeader, "busy");
    this.#reply(channel, request, await content);
    this.#idle(request);
  }

  /** Front ends show the latest status: after an answer given meanwhile, the cell's is said again. */
  #idle(request: Origin): void {
    this.#publisher.status(request.rawHeader, "idle");
    const running = this.#shells.main.current?.request;
    if (running !== undefined) this.#publisher.status(running.rawHeader, "busy");
  }

  #reply(channel: "shell" | "control", request: Received, content: Content): void {
    const { idents, rawHeader: parent, header } = request;
    const type = header.msg_type.replace(/_request$/, "_reply");
    this.#senders[channel].send(this.#framing.encode({ type, content, parent, idents }));
  }

  async #debug(channel: "shell" | "control", request: Received): Promise<void> {
    const parent = request.rawHeader;
    this.#publisher.status(parent, "busy");
    this.#reply(channel, request, { ...(await this.#debugging.answer(request.content)) });
    this.#publisher.status(parent, "idle");
    // Not in the name of the cell: front ends ask the debugger anew at every message of a cell's.
    if (this.#shells.main.current !== undefined) this.#publisher.status(parent, "busy");
  }

  async #arm({ script, names }: Extract<ToWire, { type: "script" }>): Promise<void> {
    await this.#debugging.announce(script, names);
    this.#options.toMain({ type: "armed", run: script.run });
  }

  #interrupt(): void {
    if (!this.#debugging.stands) return this.#interrupter.interrupt(this.#shells.main.current?.run);
    this.#interrupter.interruptStanding();
    this.#debugging.release();
  }

  #lost(channel: "shell" | "control", request: Received): void {
    const { log, reply } = lostSubshell(channel, request);
    this.#options.log(log);
    if (reply !== undefined) void this.#answer(channel, request, reply);
  }

  #becameKnown(): void {
    if (this.#known) return;
    this.#known = true;
    this.#interrupter.connect();
    this.#options.toMain({ type: "known" });
    this.#predecessor ??= this.#options.life.begin();
    this.#options.life.sweep();
  }

  #finished(run: number): void {
    if (this.#shells.running(run) !== undefined) return void this.#shells.finished(run);
    const request = this.#runs.get(run);
    if (request !== undefined) this.#idle(request);
  }

  #shutdown(channel: "shell" | "control", request: Received, restart: boolean): void {
    const content = { status: "ok", restart };
    this.#publisher.status(request.rawHeader, "busy");
    this.#reply(channel, request, content);
    this.#publisher.publish({ type: "shutdown_reply", content, parent: request.rawHeader });
    this.#publisher.status(request.rawHeader, "idle");
    this.#options.toMain({ type: "shutdown", restart });
    // A cell that computes is stopped, so that the message is heard.
    this.#interrupt();
    setTimeout(async () => {
      // Main computes and does not hear: nothing of it is worth keeping.
      await this.close();
      process.kill(process.pid, "SIGKILL");
    }, shutdownPatience);
  }
}
