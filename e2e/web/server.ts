/** A static server of this machine's own: pages of the tests, and the library as `npm run browser:build` writes it. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { build } from "esbuild";

export interface Site {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** `pages` is served at the root, and its TypeScript as scripts. */
type Folders = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, "..", "..");
/** Folders, by where they are served: what is built. */
const built: Folders = {
  tspyro: join(root, "dist", "browser"),
  observable: join(root, "dist", "observable"),
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".css": "text/css; charset=utf-8",
  ".map": "application/json",
};

/** Content policies, by the name in a page's `?policy=`. Scripts of the page itself are always allowed. */
const POLICIES: Readonly<Record<string, string>> = {
  webassembly: "script-src 'self' 'wasm-unsafe-eval'",
  nothing: "script-src 'self'",
};

/** The text of a page's script, with the TypeScript that it imports; the library stays where it is. */
async function script(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["/tspyro/*"],
  });
  return outputFiles[0]?.text ?? "";
}

async function answer(
  { pages = join(import.meta.dirname, "pages"), ...folders }: Folders,
  path: string,
  policy: string | null,
  response: ServerResponse,
): Promise<void> {
  const policyText = policy === null ? undefined : POLICIES[policy];
  const headers = policyText === undefined ? {} : { "Content-Security-Policy": policyText };
  const send = (file: string, body: string | Buffer) =>
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "text/plain", ...headers }).end(body);
  const place = normalize(path);
  const [, first = "", ...rest] = place.split("/");
  const folder = folders[first];
  if (folder !== undefined) {
    const file = join(folder, ...rest);
    if (existsSync(file) && statSync(file).isFile()) return void send(file, readFileSync(file));
  }
  const file = join(pages, place);
  const source = file.replace(/\.js$/, ".ts");
  if (file.endsWith(".js") && existsSync(source)) return void send(file, await script(source));
  if (existsSync(file) && statSync(file).isFile()) return void send(file, readFileSync(file));
  response.writeHead(404).end(`there is no ${path}`);
}

/**
 * Serves until it is closed, on a port that was free.
 * @param more folders by where they are served; `pages` in the place of the tests' own
 */
export async function serveSite(more: Folders = {}): Promise<Site> {
  const folders = { ...built, ...more };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    answer(folders, pathname, searchParams.get("policy"), response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
