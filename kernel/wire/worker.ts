import { parentPort, workerData } from "node:worker_threads";
import { readConnection } from "./connection.ts";
import { History } from "./history/history.ts";
import { Sessions } from "./history/sessions.ts";
import { Life } from "./life/life.ts";
import { createLog } from "./log.ts";
import { memoryLimit } from "./memory/limit.ts";
import { thisMachine } from "./memory/machine.ts";
import type { ToMain, ToWire, WireData } from "./messages.ts";
import { openShared } from "./shared.ts";
import { bindSockets } from "./sockets.ts";
import { limitsFrom } from "./throttle.ts";
import { Wire } from "./wire.ts";

/** The wire thread: owns the sockets, so that nothing the user runs on the main thread can make the kernel deaf. */
const data = workerData as WireData;
const log = createLog();
const connection = readConnection(data.connectionFile);
const machine = thisMachine();
const memory = memoryLimit(process.env.TSPYRO_MEMORY_LIMIT, machine.total);
if (memory.complaint !== undefined) log(memory.complaint);
const wire = new Wire({
  connection,
  sockets: await bindSockets(connection).catch(end),
  shared: openShared(data.memory),
  input: data.input,
  version: data.version,
  log,
  life: new Life(data.life),
  memory: { limit: memory.bytes, machine },
  limits: limitsFrom(process.env.TSPYRO_OUTPUT_LIMIT),
  history: new History(data.history === undefined ? undefined : new Sessions(data.history), log),
  toMain: (message: ToMain) => parentPort?.postMessage(message),
});
parentPort?.on("message", (message: ToWire) => {
  try {
    wire.fromMain(message);
  } catch (error) {
    wire.refused(message, error);
  }
});
wire.start();

/** Nobody can be told but the server's log. A thread that ended by itself would take ZeroMQ, and so the process, down. */
function end(error: unknown): never {
  log(error instanceof Error ? error.message : String(error));
  process.kill(process.pid, "SIGKILL");
  throw error;
}

// A kernel whose server has died would live for ever.
const parent = process.ppid;
if (process.env.JPY_PARENT_PID !== undefined) {
  setInterval(async () => {
    if (process.ppid === parent) return;
    await wire.close();
    process.kill(process.pid, "SIGKILL");
  }, 1000).unref();
}
