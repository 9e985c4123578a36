import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Connection } from "./connection.ts";

/**
 * A message of Jupyter's protocol 5.3 on a ZeroMQ socket: routing identities, a delimiter, a signature, four
 * JSON dictionaries, and binary buffers.
 */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export interface Received {
  idents: Buffer[];
  header: Header;
  /** The header's bytes, which become the parent header of every answer. */
  rawHeader: Buffer;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
}

export interface Outgoing {
  type: string;
  content: Record<string, unknown>;
  parent: Buffer | undefined;
  idents?: readonly (Buffer | string)[];
  metadata?: Record<string, unknown> | undefined;
  buffers?: readonly Uint8Array[] | undefined;
}

const delimiter = Buffer.from("<IDS|MSG>");
const none = Buffer.from("{}");

export class Framing {
  readonly session: string = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;
  /** Messages that were dropped because they were malformed or not signed with the key. */
  dropped = 0;

  constructor({ key, signature_scheme }: Pick<Connection, "key" | "signature_scheme">) {
    this.#key = key;
    this.#algorithm = signature_scheme.replace("hmac-", "");
  }

  encode({
    type,
    content,
    parent,
    idents = [],
    metadata,
    buffers = [],
  }: Outgoing): (Buffer | Uint8Array | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: "5.3",
    };
    const parts = [
      Buffer.from(JSON.stringify(header)),
      parent ?? none,
      metadata === undefined ? none : Buffer.from(JSON.stringify(metadata)),
      Buffer.from(JSON.stringify(content)),
    ];
    return [...idents, delimiter, this.#sign(parts), ...parts, ...buffers];
  }

  /** undefined for what is malformed, unsigned or signed with another key: such messages are dropped. */
  decode(frames: readonly Buffer[]): Received | undefined {
    const received = this.#decode(frames);
    if (received === undefined) this.dropped++;
    return received;
  }

  #decode(frames: readonly Buffer[]): Received | undefined {
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    const [signature, ...rest] = at < 0 ? [] : frames.slice(at + 1);
    if (signature === undefined || rest.length < 4) return undefined;
    const parts = rest.slice(0, 4);
    if (this.#key !== "") {
      const expected = Buffer.from(this.#sign(parts));
      if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) return undefined;
    }
    try {
      const [header, , metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")) as unknown);
      if (!isHeader(header) || !isObject(metadata) || !isObject(content)) return undefined;
      return {
        idents: frames.slice(0, at),
        header,
        rawHeader: Buffer.from(parts[0] ?? none),
        metadata,
        content,
        // Copies: main gets them as memory of its own.
        buffers: rest.slice(4).map((buffer) => new Uint8Array(buffer)),
      };
    } catch {
      return undefined;
    }
  }

  #sign(parts: readonly Buffer[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeader(value: unknown): value is Header {
  return isObject(value) && typeof value.msg_type === "string" && typeof value.msg_id === "string";
}
