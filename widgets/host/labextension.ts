import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The range of versions that the installed anywidget satisfies, as `0.*`. A widget that asks for another one renders
 * nothing and logs nothing, so the version is read from the installed JupyterLab extension; and only its first number
 * counts, because the Jupyter that shows the widget may be another one (`npx tspyro install`) with another anywidget.
 * Editors that load anywidget from a CDN put the range into its address: one without blanks or carets.
 */
export function anywidgetRange(): string {
  range ??= findRange();
  return range;
}

let range: string | undefined;
/** Of the version that set-up installs. */
const usual = "0.*";

function findRange(): string {
  for (const folder of prefixes()) {
    const file = join(folder, "share", "jupyter", "labextensions", "anywidget", "package.json");
    try {
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: string };
      const [major] = version?.split(".") ?? [];
      if (major !== undefined) return `${major}.*`;
    } catch {
      // Not there: the next place is tried.
    }
  }
  return usual;
}

/** The project's own environment first: this file lies in `<project>[/dist]/widgets/host`. */
function prefixes(): string[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const up = [join(here, "..", ".."), join(here, "..", "..", "..")];
  return [
    ...up.map((folder) => join(folder, ".venv")),
    process.env.VIRTUAL_ENV ?? "",
    process.env.CONDA_PREFIX ?? "",
  ].filter((folder) => folder !== "");
}
