/**
 * The kernel: `node main.js <connection file>`. The wire thread is started first and answers `kernel_info` while this
 * thread loads what runs cells.
 */
import { enableCompileCache } from "node:module";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { manifest, packageRoot } from "./package.ts";
import { historyFolder } from "./wire/history/folder.ts";
import { lifeFiles } from "./wire/life/folder.ts";
import type { ToMain, ToWire, WireData } from "./wire/messages.ts";
import { createShared, openShared } from "./wire/shared.ts";

const [connectionFile] = process.argv.slice(2);
if (connectionFile === undefined) {
  process.stderr.write(
    "Usage: node main.js <connection file>. Jupyter starts the kernel; see `npm start`.\n",
  );
  process.exit(2);
}

// Halves the time to load the library, from the second start on.
enableCompileCache(fileURLToPath(new URL(".cache/compile", packageRoot)));

const life = lifeFiles(fileURLToPath(packageRoot), connectionFile);
// What V8 dies of is told by the next kernel. Paths with values of the environment are nobody's affair.
Object.assign(process.report, {
  ...{ reportOnFatalError: true, compact: true, excludeNetwork: true, excludeEnv: true },
  ...{ directory: dirname(life.report), filename: basename(life.report) },
});

const memory = createShared();
const { port1: input, port2: answers } = new MessageChannel();
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const wire = new Worker(new URL(`./wire/worker.${extension}`, import.meta.url), {
  workerData: {
    ...{ connectionFile, memory, input: answers, version: manifest.version },
    life,
    history: historyFolder(fileURLToPath(packageRoot), process.env),
  } satisfies WireData,
  transferList: [answers],
});
wire.on("error", (error) => {
  process.stderr.write(
    `The kernel's sockets failed: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.kill(process.pid, "SIGKILL");
});

// Messages wait until there is somebody to take them.
const early: ToMain[] = [];
let receive = (message: ToMain): void => void early.push(message);
wire.on("message", (message: ToMain) => receive(message));

const { Kernel } = await import("./session/kernel.ts");
const kernel = new Kernel({
  shared: openShared(memory),
  input,
  post: (message: ToWire, transfer: readonly MessagePort[] = []) => wire.postMessage(message, transfer),
});
receive = (message) => kernel.receive(message);
for (const message of early.splice(0)) kernel.receive(message);
