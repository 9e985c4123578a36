import { findChromium } from "../chromium.ts";
import { freePort, isFree } from "../ports.ts";
import type { Finding, Machine } from "./finding.ts";

/** Only tests need it. */
export function chromium({ env, platform }: Machine): Finding {
  const what = "Chromium";
  const path = findChromium(env, platform);
  if (path !== undefined) return { what, says: path, state: "ok" };
  const named = env.TSPYRO_CHROMIUM;
  const says = named
    ? `TSPYRO_CHROMIUM names ${named}, which is not there; only the browser tests need it`
    : "not found; only the browser tests need it (apt install chromium)";
  return { what, says, state: "less" };
}

/** Where `npm start` begins to look. */
export const usualPort = 8888;

export async function port(_machine: Machine, first = usualPort): Promise<Finding> {
  const what = "port";
  if (await isFree(first)) return { what, says: `${first} is free for npm start`, state: "ok" };
  const next = await freePort(first);
  return {
    what,
    says: `${first} is taken; npm start takes ${next}, or another one: npm start -- --port N`,
    state: "less",
  };
}
