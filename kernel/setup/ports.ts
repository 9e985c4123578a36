import { createServer } from "node:net";

/** Whether a port of 127.0.0.1 can be listened on. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once("error", () => settle(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => settle(true)));
  });
}

/** The first free port of 127.0.0.1 from `first` on. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 200; port++) if (await isFree(port)) return port;
  throw new Error(
    `no port between ${first} and ${first + 199} is free on 127.0.0.1; choose one: npm start -- --port N`,
  );
}
