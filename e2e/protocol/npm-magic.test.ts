import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { startRegistry } from "./registry.ts";

const packages = [
  {
    name: "tspyro-test-package",
    version: "1.2.3",
    files: { "index.js": "export const answer = 42;", "index.d.ts": "export declare const answer: number;" },
    scripts: { postinstall: `node -e "require('fs').writeFileSync('ran.txt', 'ran')"` },
  },
];

let folder: string;
let kernel: Kernel;
let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry(packages, ["tspyro-silent-package"]);
  folder = await mkdtemp(join(tmpdir(), "tspyro-npm-"));
  kernel = await Kernel.ready({
    cwd: folder,
    env: {
      npm_config_registry: registry.url,
      npm_config_cache: join(folder, ".npm"),
      npm_config_fetch_retries: "0",
    },
  });
});
afterAll(async () => {
  await kernel.stop();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const installed = (path: string) => join(folder, "node_modules", "tspyro-test-package", path);

describe("%npm install", () => {
  it("is what a missing package needs: code and types find it afterwards, its version is pinned, no script ran", async () => {
    const missing = await kernel.execute('import { answer } from "tspyro-test-package"; answer');
    expect(missing.reply.content.status).toBe("error");
    const told = await kernel.execute("%npm install tspyro-test-package");
    expect(errorOf(told)).toBeUndefined();
    expect(streamText(told)).toContain("tspyro-test-package@1.2.3\n");
    expect(resultText(await kernel.execute('import { answer } from "tspyro-test-package"; answer'))).toBe(
      "42",
    );
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(manifest.dependencies).toEqual({ "tspyro-test-package": "1.2.3" });
    expect(existsSync(installed("ran.txt"))).toBe(false);
    const { content } = await kernel.request("shell", "inspect_request", {
      ...{ code: 'import { answer } from "tspyro-test-package"; answer', cursor_pos: 50, detail_level: 0 },
    });
    expect(content.data["text/plain"]).toContain("answer: number");
  });

  it("runs install scripts where they are allowed", async () => {
    await rm(join(folder, "node_modules"), { recursive: true });
    expect(errorOf(await kernel.execute("%npm install tspyro-test-package --allow-scripts"))).toBeUndefined();
    expect(existsSync(installed("ran.txt"))).toBe(true);
  });

  it.each([
    ["tspyro-no-such-package", /npm could not install this\.[\s\S]*404/],
    ["tspyro-test-package@9.9.9", /npm could not install this\.[\s\S]*9\.9\.9/],
    ["./here", /takes names of packages/],
  ])("%s fails with the reason", async (name, expected) => {
    const failed = await kernel.execute(`%npm install ${name}`);
    expect(errorOf(failed)?.evalue).toMatch(expected);
    expect(errorOf(failed)?.evalue).not.toContain("npm error");
  });

  it("ends when it is interrupted", async () => {
    const running = await kernel.begin("%npm install tspyro-silent-package");
    while (!registry.asked.includes("tspyro-silent-package"))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await kernel.interrupt();
    expect((await running.done).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("1 + 1"))).toBe("2");
  });

  it("asked nobody but the registry for nothing but the packages", () => {
    expect(new Set(registry.asked)).toEqual(
      new Set([
        ...["tspyro-test-package", "tspyro-test-package.tgz"],
        ...["tspyro-no-such-package", "tspyro-silent-package"],
      ]),
    );
  });
});
