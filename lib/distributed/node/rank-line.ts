/**
 * A rank's line to its launcher, on a thread of its own: news travel while the main thread computes, and when the launcher
 * is gone, or hangs up, the rank ends, whatever it does.
 */
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { frame, type LineAddress, type RankMessage } from "./launch-messages.ts";

export interface LineData {
  readonly address: LineAddress;
  /** What the launcher has put there for its ranks. */
  readonly files: string;
  /** One word, which counts the messages that are out. */
  readonly sent: SharedArrayBuffer;
}

const { address, files, sent } = workerData as LineData;
const words = new Int32Array(sent);
const socket = connect(address.port, "127.0.0.1");
socket.setNoDelay();
socket.write(address.word);
const end = () => {
  // A launcher that was killed has not done it.
  rmSync(files, { recursive: true, force: true });
  process.kill(process.pid, "SIGKILL");
};
socket.on("error", end);
socket.on("close", end);
parentPort?.on("message", (message: RankMessage) => {
  socket.write(frame(message), () => {
    Atomics.add(words, 0, 1);
    Atomics.notify(words, 0);
  });
});
