import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";

export interface FakePackage {
  readonly name: string;
  readonly version: string;
  /** Path inside the package to text; package.json is added. */
  readonly files: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/**
 * An npm registry on 127.0.0.1 that has these packages and no others, and takes down what it was asked. To questions
 * about `silent` ones it never answers.
 */
export async function startRegistry(
  packages: readonly FakePackage[],
  silent: readonly string[] = [],
): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    asked.push(path);
    const found = packages.find((one) => one.name === path);
    const archived = packages.find((one) => `${one.name}.tgz` === path);
    if (silent.includes(path)) return;
    if (archived !== undefined) response.end(archiveOf(archived));
    else if (found !== undefined) response.end(JSON.stringify(document(found, urlOf(server))));
    else response.writeHead(404).end(JSON.stringify({ error: "Not found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: urlOf(server), asked, close };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

function document(one: FakePackage, url: string): unknown {
  const integrity = `sha512-${createHash("sha512").update(archiveOf(one)).digest("base64")}`;
  const manifest = { ...manifestOf(one), dist: { tarball: `${url}${one.name}.tgz`, integrity } };
  return {
    name: one.name,
    "dist-tags": { latest: one.version },
    versions: { [one.version]: manifest },
  };
}

function manifestOf({ name, version, scripts }: FakePackage) {
  const hasInstallScript = scripts?.postinstall !== undefined;
  return { name, version, type: "module", main: "index.js", scripts: scripts ?? {}, hasInstallScript };
}

function archiveOf(one: FakePackage): Buffer {
  const files = { "package.json": JSON.stringify(manifestOf(one)), ...one.files };
  const blocks = Object.entries(files).flatMap(([path, text]) => entry(`package/${path}`, Buffer.from(text)));
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A file of a tar archive: a header of 512 bytes, and its bytes padded to a multiple of them. */
function entry(path: string, body: Buffer): Buffer[] {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(body.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}
