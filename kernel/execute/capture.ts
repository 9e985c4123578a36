import { Console } from "node:console";
import { StringDecoder } from "node:string_decoder";

type Write = (name: "stdout" | "stderr", text: string) => void;

/**
 * What the process prints becomes output of cells: `process.stdout`, `process.stderr` and `console`. The console is one
 * of our own, because the inspector keeps alive whatever Node's is given. The threads' text goes the same way.
 */
export function captureOutput(write: Write): void {
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process[name], "write", {
      value: writer(name, write),
      configurable: true,
      writable: true,
    });
  }
  const sink = (name: "stdout" | "stderr") =>
    ({ write: (text: string) => process[name].write(text) }) as unknown as NodeJS.WritableStream;
  const own = new Console({
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    ignoreErrors: false,
    colorMode: false,
  });
  Object.defineProperty(globalThis, "console", { value: own, configurable: true, writable: true });
}

function writer(name: "stdout" | "stderr", write: Write): NodeJS.WriteStream["write"] {
  const decoder = new StringDecoder("utf8");
  return (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean => {
    const text =
      typeof chunk === "string"
        ? decoded(chunk, typeof encoding === "string" ? encoding : "utf8")
        : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    write(name, text);
    const done = typeof encoding === "function" ? encoding : callback;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
}

type WriteCallback = (error?: Error | null) => void;

function decoded(text: string, encoding: BufferEncoding): string {
  return encoding === "utf8" || encoding === "utf-8" ? text : Buffer.from(text, encoding).toString("utf8");
}
