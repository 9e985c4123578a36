import { commFault } from "./comm-schema.ts";
import type { Received } from "./framing.ts";
import type { Log } from "./log.ts";
import type { CommRequest, ToMain } from "./messages.ts";
import type { Publisher } from "./publisher.ts";
import type { Runs } from "./runs.ts";
import { applyRunCommand, type Shared } from "./shared.ts";

type Content = Record<string, unknown>;

export interface CommPorts {
  publisher: Publisher;
  runs: Runs;
  shared: Shared;
  log: Log;
  toMain(message: ToMain): void;
  /** The request is through. */
  idle(request: Received): void;
}

/** The comms that are open, from either side, and their messages on the way to main. */
export class CommTraffic {
  readonly #ports: CommPorts;
  /** By id, with their targets. */
  readonly #open = new Map<string, string>();

  constructor(ports: CommPorts) {
    this.#ports = ports;
  }

  receive(message: CommRequest["message"], request: Received): void {
    const { publisher, log, shared, runs, toMain, idle } = this.#ports;
    const { content, metadata, buffers } = request;
    const fault = commFault(message, request, this.#open);
    publisher.status(request.rawHeader, "busy");
    if (fault !== undefined) {
      log(`A ${message} was dropped: ${fault}.`);
      return idle(request);
    }
    this.track(message, content);
    const data = content.data as { method?: unknown; content?: unknown } | undefined;
    // Main may compute and hear nothing.
    if (message === "comm_msg" && data?.method === "custom") applyRunCommand(shared, data.content);
    const run = runs.add(request);
    try {
      toMain({ type: "comm", run, message, content, metadata, buffers });
    } catch (error) {
      // It is nested so deep that it cannot be copied.
      idle(request);
      throw error;
    }
  }

  /** A message that goes the other way, if it opens or closes a comm. */
  track(message: string, { comm_id, target_name }: Content): void {
    if (message === "comm_open") this.#open.set(String(comm_id), String(target_name));
    else if (message === "comm_close") this.#open.delete(String(comm_id));
  }

  /** The content of a `comm_info_reply`. */
  info({ target_name: wanted }: Content): Content {
    const comms = [...this.#open].filter(([, target]) => typeof wanted !== "string" || target === wanted);
    const entries = comms.map(([id, target]) => [id, { target_name: target }]);
    return { status: "ok", comms: Object.fromEntries(entries) };
  }
}
