import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Connection } from "./connection.ts";
import type { Log } from "./log.ts";

/** The version of Jupyter's protocol that is spoken here. */
export const PROTOCOL = "5.5";

/**
 * A message of Jupyter's protocol on a ZeroMQ socket: routing identities, a delimiter, a signature, four
 * JSON dictionaries, and binary buffers.
 */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
  /** The subshell that a request is for. */
  subshell_id?: unknown;
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

/** What is needed to answer a message, without what it carries. */
export type Origin = Pick<Received, "idents" | "header" | "rawHeader">;

export interface Outgoing {
  type: string;
  content: Record<string, unknown>;
  parent: Buffer | undefined;
  idents?: readonly (Buffer | string)[];
  metadata?: Record<string, unknown> | undefined;
  buffers?: readonly Uint8Array[] | undefined;
}

export interface MessageLimits {
  /** Most frames. */
  readonly parts: number;
  /** Most bytes of the four dictionaries together, and of the header, which is sent back with every answer. */
  readonly bytes: number;
  readonly header: number;
  /** How many signatures are compared with. */
  readonly remembered: number;
}

const usualLimits: MessageLimits = { parts: 4096, bytes: 1 << 26, header: 1 << 16, remembered: 1 << 16 };

const delimiter = Buffer.from("<IDS|MSG>");
const none = Buffer.from("{}");

export class Framing {
  readonly session: string = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;
  readonly #log: Log;
  readonly #limits: MessageLimits;
  /** Signatures that have come, oldest first: a message that comes again is somebody's recording of it. */
  readonly #seen = new Set<string>();
  /** Messages that were dropped because they were malformed, too large, replayed, or not signed with the key. */
  dropped = 0;

  constructor(
    { key, signature_scheme }: Pick<Connection, "key" | "signature_scheme">,
    log: Log = () => {},
    limits: MessageLimits = usualLimits,
  ) {
    this.#log = log;
    this.#limits = limits;
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
      version: PROTOCOL,
    };
    const parts = [
      Buffer.from(JSON.stringify(header)),
      parent ?? none,
      metadata === undefined ? none : Buffer.from(JSON.stringify(metadata)),
      Buffer.from(JSON.stringify(content)),
    ];
    return [...idents, delimiter, this.#sign(parts), ...parts, ...buffers];
  }

  /** undefined for what is malformed, too large, replayed, unsigned or signed with another key: it is dropped. */
  decode(frames: readonly Buffer[]): Received | undefined {
    const received = this.#decode(frames);
    if (typeof received !== "string") return received;
    this.dropped++;
    this.#log(`A message was dropped: ${received}.`);
    return undefined;
  }

  /** @returns what is wrong with it, where something is */
  #decode(frames: readonly Buffer[]): Received | string {
    const { parts: most, bytes: largest, header: longest } = this.#limits;
    if (frames.length > most) return `it has ${frames.length} parts, more than ${most}`;
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    const [signature, ...rest] = at < 0 ? [] : frames.slice(at + 1);
    if (signature === undefined) return "it is none of Jupyter's protocol";
    if (rest.length < 4) return `it has ${rest.length} of its 4 dictionaries`;
    const parts = rest.slice(0, 4);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes > largest) return `its dictionaries have ${bytes} bytes, more than ${largest}`;
    if ((parts[0]?.length ?? 0) > longest) return `its header has more than ${longest} bytes`;
    if (this.#key !== "") {
      const expected = Buffer.from(this.#sign(parts));
      if (expected.length !== signature.length || !timingSafeEqual(expected, signature))
        return signature.length === 0 ? "it is not signed" : "its signature is wrong";
      if (!this.#isNew(expected.toString("latin1", 0, 32))) return "it has come before";
    }
    try {
      const [header, , metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")) as unknown);
      if (!isHeader(header)) return "its header has no msg_id and msg_type";
      if (!isObject(metadata) || !isObject(content)) return "metadata and content are not both dictionaries";
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
      return "it is not JSON";
    }
  }

  #isNew(signature: string): boolean {
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > this.#limits.remembered) {
      const [oldest = ""] = this.#seen;
      this.#seen.delete(oldest);
    }
    return true;
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
