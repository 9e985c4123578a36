import { Reply, Router, XPublisher } from "zeromq";
import { address, type Channel, type Connection } from "./connection.ts";

export interface Sockets {
  shell: Router;
  control: Router;
  stdin: Router;
  iopub: XPublisher;
  heartbeat: Reply;
}

/** In bytes. A peer that sends more in one frame is disconnected by ZeroMQ before memory is taken for it. */
const largestFrame = 1 << 29;

/**
 * Binds the five sockets of a kernel. Output is never dropped: the high-water marks are off.
 * @throws where a port is taken, naming it
 */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  const unbounded = {
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    linger: 1000,
    maxMessageSize: largestFrame,
    // A client that comes back has the identity of its lost connection.
    handover: true,
  };
  const sockets: Sockets = {
    shell: new Router(unbounded),
    control: new Router(unbounded),
    stdin: new Router(unbounded),
    // Every subscription is told, also a second client's to what a first one has: each is welcomed.
    iopub: new XPublisher({ sendHighWaterMark: 0, linger: 1000, verbosity: "allSubs" }),
    heartbeat: new Reply({ linger: 0 }),
  };
  const bind = async (name: keyof Sockets, channel: Channel) => {
    const at = address(connection, channel);
    try {
      await sockets[name].bind(at);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The kernel cannot listen at ${at} (${channel}): ${why}. Start it again, with other ports.`,
      );
    }
  };
  await Promise.all([
    bind("shell", "shell"),
    bind("control", "control"),
    bind("stdin", "stdin"),
    bind("iopub", "iopub"),
    bind("heartbeat", "hb"),
  ]);
  return sockets;
}

export function closeSockets(sockets: Sockets): void {
  for (const socket of Object.values(sockets)) socket.close();
}

/** Hands each message to `handle` until the socket is closed; what one of them does to it ends nothing. */
export async function receive(
  socket: AsyncIterable<Buffer[]>,
  handle: (frames: Buffer[]) => void | Promise<void>,
  failed: (error: unknown) => void,
): Promise<void> {
  for await (const frames of socket) {
    try {
      await handle(frames);
    } catch (error) {
      failed(error);
    }
  }
}
