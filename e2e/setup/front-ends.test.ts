import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closedEnvironment } from "../../kernel/setup/environment.ts";
import { type Lab, startLab } from "../../kernel/setup/lab.ts";
import { cacheFolder, root, venvPython } from "../../kernel/setup/paths.ts";
import { freePort } from "../../kernel/setup/ports.ts";
import { decode, encode, type Message, request } from "./websocket.ts";

let folder = "";
beforeAll(() => {
  mkdirSync(cacheFolder, { recursive: true });
  folder = mkdtempSync(join(cacheFolder, "front-ends-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function notebook(...cells: { source: string; tags?: string[] }[]): string {
  return JSON.stringify({
    cells: cells.map(({ source, tags = [] }, index) => ({
      ...{ cell_type: "code", id: `cell-${index}`, execution_count: null, outputs: [] },
      ...{ metadata: { tags }, source },
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (Pyro)", language: "typescript", name: "tspyro" },
      language_info: { name: "typescript" },
    },
    ...{ nbformat: 4, nbformat_minor: 5 },
  });
}

const python = (...args: string[]) =>
  promisify(execFile)(venvPython, args, { cwd: folder, env: closedEnvironment(), timeout: 80_000 });

describe("jupyter-server over REST and websockets", () => {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await startLab({ folder, port: await freePort(9750), log: "ignore" });
  }, 90_000);
  afterAll(() => lab?.stop(), 30_000);

  it.each(["v1.kernel.websocket.jupyter.org", undefined])(
    "executes by the subprotocol %s",
    async (protocol) => {
      const { origin = "", token = "" } = lab ?? {};
      const headers = { authorization: `token ${token}`, "content-type": "application/json" };
      const specs = await (await fetch(`${origin}/api/kernelspecs`, { headers })).json();
      expect(specs.kernelspecs.tspyro.spec).toMatchObject({
        language: "typescript",
        interrupt_mode: "message",
      });
      const started = await fetch(`${origin}/api/kernels`, {
        method: "POST",
        headers,
        body: '{"name":"tspyro"}',
      });
      expect(started.status).toBe(201);
      const { id } = (await started.json()) as { id: string };
      const address = `${origin.replace("http", "ws")}/api/kernels/${id}/channels?token=${token}`;
      const socket = new WebSocket(address, protocol);
      socket.binaryType = "arraybuffer";
      const messages: Message[] = [];
      socket.addEventListener("message", ({ data }) => messages.push(decode(data as string | ArrayBuffer)));
      await new Promise((resolve, reject) => {
        socket.addEventListener("open", resolve);
        socket.addEventListener("error", () => reject(new Error("the socket did not open")));
      });
      expect(socket.protocol).toBe(protocol ?? "");
      const ask = (type: string, content: object) => {
        const message = request(type, content);
        socket.send(protocol === undefined ? JSON.stringify(message) : encode(message));
        return message.header.msg_id;
      };
      const found = (type: string, of: string) =>
        messages.find(({ header, parent_header }) => header.msg_type === type && parent_header.msg_id === of);
      const wait = (type: string, of: string) =>
        expect.poll(() => found(type, of)?.content, { timeout: 30_000, message: type });
      const info = ask("kernel_info_request", {});
      await wait("kernel_info_reply", info).toMatchObject({ status: "ok", implementation: "tspyro" });
      const code = 'console.log("π"); const sum: number = 1 + 1; sum';
      const run = ask("execute_request", {
        ...{ code, silent: false, store_history: true, user_expressions: {} },
        ...{ allow_stdin: false, stop_on_error: true },
      });
      await wait("execute_reply", run).toMatchObject({ status: "ok" });
      await wait("stream", run).toEqual({ name: "stdout", text: "π\n" });
      await wait("execute_result", run).toMatchObject({ data: { "text/plain": "2" } });
      const stopped = await fetch(`${origin}/api/kernels/${id}`, { method: "DELETE", headers });
      expect(stopped.status).toBe(204);
      socket.close();
    },
  );
});

describe("papermill", () => {
  it("writes parameters after the cell that is tagged for them, and the notebook runs with them", async () => {
    const cells = [
      {
        source: 'let count = 3; // how many\nlet label: string = "x";\nlet options = {};',
        tags: ["parameters"],
      },
      { source: "count += 1;\nconsole.log(JSON.stringify([count, label, options]));" },
    ];
    writeFileSync(join(folder, "in.ipynb"), notebook(...cells));
    const given =
      '{count: 41, label: "tea \\"at\\" four\\n", options: {rate: 0.5, list: [true, null], "a b": -1}}';
    await python("-m", "papermill", "in.ipynb", "out.ipynb", "-y", given, "--no-progress-bar");
    const { cells: out } = JSON.parse(readFileSync(join(folder, "out.ipynb"), "utf8")) as {
      cells: {
        source: string | string[];
        outputs: { text: string | string[] }[];
        metadata: { tags: string[] };
      }[];
    };
    const injected = out.find(({ metadata }) => metadata.tags.includes("injected-parameters"));
    expect([injected?.source].flat().join("")).toBe(
      '// Parameters\nlet count = 41;\nlet label = "tea \\"at\\" four\\n";\n' +
        'let options = { ["rate"]: 0.5, ["list"]: [true, null], ["a b"]: -1 };\n',
    );
    expect([out.at(-1)?.outputs[0]?.text].flat().join("")).toBe(
      '[42,"tea \\"at\\" four\\n",{"rate":0.5,"list":[true,null],"a b":-1}]\n',
    );
    const { stdout } = await python("-m", "papermill", "--help-notebook", "in.ipynb");
    expect(stdout).toMatch(/count: Unknown type \(default 3\)\s+how many/);
    expect(stdout).toMatch(/label: string \(default "x"\)/);
  });
});

describe("jupyter console", () => {
  it("shows text, completes, goes on over lines and ends", async () => {
    const { stdout } = await python(join(root, "e2e/setup/console_session.py"));
    expect(JSON.parse(stdout)).toEqual({
      result: true,
      printed: true,
      completed: true,
      error: true,
      ended: true,
    });
  });
});
