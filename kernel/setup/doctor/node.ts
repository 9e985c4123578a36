import { missingPackages } from "../packages.mjs";
import { type Finding, type Machine, setUp } from "./finding.ts";

const wanted = 24;

/** Everything but the first step runs on this. */
export function node({ node: { version, path } }: Machine): Finding {
  const what = "Node";
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= wanted)
    return { what, says: `${version} at ${path}`, state: "ok" };
  return {
    what,
    says: `${version} at ${path} is too old for the kernel: ${setUp}, which brings Node ${wanted} into the project`,
    state: "missing",
  };
}

const named = 4;

export function packages({ root }: Machine): Finding {
  const what = "npm packages";
  const missing = missingPackages(root);
  if (missing === undefined)
    return {
      what,
      says: `node_modules is not there or was not finished: ${setUp}, which wants a network`,
      state: "missing",
    };
  if (missing.length === 0) return { what, says: "as package-lock.json has them", state: "ok" };
  const first = missing.slice(0, named).join(", ");
  const more = missing.length > named ? ` and ${missing.length - named} more` : "";
  return {
    what,
    says: `missing in node_modules, or there in another version: ${first}${more}: ${setUp}`,
    state: "missing",
  };
}
