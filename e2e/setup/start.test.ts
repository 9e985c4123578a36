import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../kernel/setup/paths.ts";
import { freePort } from "../../kernel/setup/ports.ts";

/** All processes that come from one, on Linux; elsewhere none. */
function descendants(pid: number): number[] {
  if (process.platform !== "linux") return [];
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // It ended while the list was read.
    }
  }
  const found = [pid];
  for (const parent of found) for (const [child, of] of parents) if (of === parent) found.push(child);
  return found.slice(1);
}

function isAlive(pid: number): boolean {
  try {
    // A process that nobody has waited for yet has ended all the same.
    if (process.platform === "linux") return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("npm start -- --port N --no-browser", () => {
  let command: ChildProcess;
  let port = 0;
  let token = "";
  let printed = "";
  const ended = () => new Promise<number | null>((settle) => command.once("exit", (code) => settle(code)));
  const get = (path: string, how: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...how, headers: { authorization: `token ${token}` } });

  beforeAll(async () => {
    port = await freePort(9310);
    command = spawn(
      process.execPath,
      ["kernel/setup/bootstrap.mjs", "start.ts", "--port", String(port), "--no-browser"],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    await new Promise<void>((settle, fail) => {
      const read = (chunk: Buffer) => {
        printed += chunk;
        token = /JupyterLab is ready: \S+token=(\w+)/.exec(printed)?.[1] ?? "";
        if (token !== "") settle();
      };
      command.stdout?.on("data", read);
      command.stderr?.on("data", read);
      command.once("exit", () => fail(new Error(`it ended:\n${printed}`)));
    });
  }, 90_000);

  afterAll(() => {
    if (command.exitCode === null) command.kill("SIGTERM");
  });

  it("prints the address with its token, and little else", () => {
    expect(printed).toContain(`http://127.0.0.1:${port}/lab?token=${token}`);
    expect(printed.split("\n").length, printed).toBeLessThan(25);
    expect(printed).not.toMatch(/error/i);
  });

  it("has the kernel in its list", async () => {
    const specs = (await (await get("/api/kernelspecs")).json()) as {
      kernelspecs: Record<
        string,
        { spec: { display_name: string; language: string; interrupt_mode: string } }
      >;
    };
    expect(specs.kernelspecs.tspyro?.spec).toMatchObject({
      display_name: "TypeScript (Pyro)",
      language: "typescript",
      interrupt_mode: "message",
    });
  });

  it("shows the notebooks", async () => {
    const listing = (await (await get("/api/contents/")).json()) as { content: { name: string }[] };
    expect(listing.content.map(({ name }) => name)).toContain("01-coin.ipynb");
  });

  it("lets nobody in without the token", async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/contents/`);
    expect(reply.status).toBe(403);
  });

  it("cannot be reached from outside the machine", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === "IPv4" && !internal);
    // 127.0.0.2 is this machine as well, and is not 127.0.0.1.
    const address = outside?.address ?? (process.platform === "linux" ? "127.0.0.2" : undefined);
    if (address === undefined) return;
    await expect(
      fetch(`http://${address}:${port}/api/status`, { signal: AbortSignal.timeout(3000) }),
    ).rejects.toThrow();
  });

  it("fetches nothing from elsewhere for its front end", async () => {
    const page = await (await get("/lab")).text();
    const config = JSON.parse(/id="jupyter-config-data"[^>]*>([^<]*)</.exec(page)?.[1] ?? "{}");
    expect(config.news).toEqual({ disabled: true });
    expect(config.extensionManager).toMatchObject({ can_install: false });
    expect(config.disabledExtensions).toContain("@jupyterlab/apputils-extension:announcements");
  });

  it("ends on Ctrl-C with its server and its kernels", async () => {
    const started = await get("/api/kernels", { method: "POST", body: JSON.stringify({ name: "tspyro" }) });
    expect(started.status).toBe(201);
    const family = descendants(command.pid ?? 0);
    if (process.platform === "linux")
      expect(family.length, "start.ts, JupyterLab and the kernel").toBeGreaterThan(2);
    const over = ended();
    command.kill("SIGINT");
    expect(await over).toBe(0);
    await expect.poll(() => family.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});

describe("npm start with a port that is taken", () => {
  it("says so and ends", async () => {
    const { createServer } = await import("node:net");
    const taken = createServer();
    const port = await freePort(9710);
    await new Promise<void>((settle) => taken.listen(port, "127.0.0.1", settle));
    const command = spawn(process.execPath, [
      join(root, "kernel/setup/start.ts"),
      "--port",
      String(port),
      "--no-browser",
    ]);
    let printed = "";
    command.stderr.on("data", (chunk: Buffer) => {
      printed += chunk;
    });
    const code = await new Promise((settle) => command.once("close", settle));
    await new Promise((settle) => taken.close(settle));
    expect(code).toBe(1);
    expect(printed).toContain(`Port ${port} of 127.0.0.1 is taken`);
  });
});
