import { readFileSync } from "node:fs";

/** A Jupyter connection file. */
export interface Connection {
  transport: string;
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
}

export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** @throws where the file cannot be read, is no JSON, or lacks a port */
export function readConnection(file: string): Connection {
  const connection = JSON.parse(readFileSync(file, "utf8")) as Partial<Connection>;
  for (const channel of ["shell", "iopub", "stdin", "control", "hb"] as const) {
    if (typeof connection[`${channel}_port`] !== "number")
      throw new Error(`The connection file ${file} has no ${channel}_port.`);
  }
  const scheme = connection.signature_scheme ?? "hmac-sha256";
  if (!scheme.startsWith("hmac-"))
    throw new Error(`The connection file ${file} asks for signatures by ${scheme}; known is hmac-sha256.`);
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "",
    ...connection,
    signature_scheme: scheme,
  } as Connection;
}

export function address({ transport, ip, ...ports }: Connection, channel: Channel): string {
  const port = ports[`${channel}_port`];
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}

/** The content of a `connect_reply`. */
export function connectInfo({ shell_port, iopub_port, stdin_port, control_port, hb_port }: Connection) {
  return { status: "ok", shell_port, iopub_port, stdin_port, control_port, hb_port };
}
