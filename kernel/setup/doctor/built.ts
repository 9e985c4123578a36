import { existsSync } from "node:fs";
import { join } from "node:path";
import { stateOfBuild } from "../build.ts";
import { stateOfFront } from "../steps/front.ts";
import { type Finding, type Machine, setUp } from "./finding.ts";

/** The kernel as JavaScript. */
export function built({ root }: Machine): Finding {
  const what = "dist";
  if (!existsSync(join(root, "dist/kernel/main.js")))
    return { what, says: `not built: ${setUp}`, state: "missing" };
  const state = stateOfBuild(root);
  if (state === "current") return { what, says: "built from the sources as they are", state: "ok" };
  return {
    what,
    says:
      state === "older"
        ? `older than the sources, so kernels run what was there before: ${setUp}`
        : `built with ${state} (npm run types lists them); kernels run all the same`,
    state: state === "older" ? "stale" : "less",
  };
}

/** What a page loads to show views live. */
export function front({ root }: Machine): Finding {
  const what = "browser module";
  const state = stateOfFront(root);
  if (state === "current") return { what, says: "built", state: "ok" };
  return state === "missing"
    ? { what, says: `not built, so live views cannot be shown: ${setUp}`, state: "missing" }
    : { what, says: `older than its sources: ${setUp}`, state: "stale" };
}
