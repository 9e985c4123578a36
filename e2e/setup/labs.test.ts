import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Lab, startLab } from "../../kernel/setup/lab.ts";
import { cacheFolder } from "../../kernel/setup/paths.ts";

it("two JupyterLabs that start at once each find a port of their own", { timeout: 150_000 }, async () => {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, "labs-"));
  // Both look for a free port in the same moment, and find the same one.
  const started = await Promise.allSettled([0, 1].map(() => startLab({ folder, log: "ignore" })));
  const labs = started.flatMap((one): Lab[] => (one.status === "fulfilled" && one.value ? [one.value] : []));
  try {
    expect(started.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(new Set(labs.map(({ origin }) => origin)).size).toBe(2);
    for (const { origin, token } of labs) {
      const reply = await fetch(`${origin}/api/status`, { headers: { authorization: `token ${token}` } });
      expect(reply.status).toBe(200);
    }
  } finally {
    await Promise.all(labs.map((lab) => lab.stop()));
    rmSync(folder, { recursive: true });
  }
});
