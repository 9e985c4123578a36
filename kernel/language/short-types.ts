/**
 * Types in messages as the reader would write them: TypeScript puts the whole path of a file in front of what is not
 * imported by name, and what a notebook has in scope is not.
 */
export function shortTypes(message: string): string {
  return message
    .replace(/typeof import\("([^"]*)"\)/g, (_all, path: string) => `typeof import("${moduleOf(path)}")`)
    .replace(/import\("[^"]*"\)\./g, "")
    .replaceAll("Tensor<Rank>", "Tensor");
}

/** What one would import: the package, or the room of this one. */
function moduleOf(path: string): string {
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (packaged !== undefined) return packaged;
  const room = /\/(?:dist\/)?(lib|widgets)\/(?:([a-z]+)\/)?index$/.exec(path);
  if (room === null) return path;
  const part = room[1] === "widgets" ? "widgets" : room[2]?.replace("distributions", "dist");
  return part === undefined ? "tspyro" : `tspyro/${part}`;
}
