import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { LocalVersions } from "./local-versions.ts";

const url = (name: string) => pathToFileURL(`/folder/${name}`).href;

/** A folder whose files import each other; `load` is what an import in a cell does. */
function folder(imports: Readonly<Record<string, readonly string[]>>) {
  const modified = new Map(Object.keys(imports).map((name) => [`/folder/${name}`, 1]));
  const versions = new LocalVersions((path) => modified.get(path));
  const loaded = new Set<string>();
  const visit = (name: string, parent?: string): string => {
    const at = versions.current(url(name), parent);
    if (loaded.has(at)) return at;
    loaded.add(at);
    for (const one of imports[name] ?? []) visit(one, at);
    return at;
  };
  return {
    load: (name: string) => visit(name).split("/").at(-1),
    edit: (name: string) => modified.set(`/folder/${name}`, (modified.get(`/folder/${name}`) ?? 0) + 1),
  };
}

describe("local modules", () => {
  it("stay the same while nothing changes", () => {
    const { load } = folder({ "a.ts": ["b.ts"], "b.ts": [] });
    expect([load("a.ts"), load("a.ts"), load("b.ts")]).toEqual(["a.ts", "a.ts", "b.ts"]);
  });

  it("are another one after each edit", () => {
    const { load, edit } = folder({ "a.ts": [] });
    load("a.ts");
    edit("a.ts");
    expect([load("a.ts"), load("a.ts")]).toEqual(["a.ts?changed=1", "a.ts?changed=1"]);
    edit("a.ts");
    expect(load("a.ts")).toBe("a.ts?changed=2");
  });

  it("are another one where what they import has changed, however deep, and others stay", () => {
    const { load, edit } = folder({ "a.ts": ["b.ts", "d.ts"], "b.ts": ["c.ts"], "c.ts": [], "d.ts": [] });
    load("a.ts");
    edit("c.ts");
    expect(load("a.ts")).toBe("a.ts?changed=1");
    expect([load("c.ts"), load("b.ts"), load("d.ts")]).toEqual(["c.ts?changed=1", "b.ts?changed=1", "d.ts"]);
  });

  it("see what another one has loaded anew", () => {
    const { load, edit } = folder({ "a.ts": ["c.ts"], "b.ts": ["c.ts"], "c.ts": [] });
    load("a.ts");
    load("b.ts");
    edit("c.ts");
    expect([load("a.ts"), load("b.ts"), load("a.ts")]).toEqual([
      "a.ts?changed=1",
      "b.ts?changed=1",
      "a.ts?changed=1",
    ]);
  });

  it("may import each other", () => {
    const { load, edit } = folder({ "a.ts": ["b.ts"], "b.ts": ["a.ts"] });
    load("a.ts");
    expect(load("a.ts")).toBe("a.ts");
    edit("b.ts");
    expect(load("a.ts")).toBe("a.ts?changed=1");
  });
});
