import { mkdirSync, rmSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { port } from "./doctor/surroundings.ts";
import { examine } from "./doctor.ts";
import { kernelspecText } from "./kernelspec.ts";
import { freePort } from "./ports.ts";
import { writeStamp } from "./steps/native-core/stamp.ts";
import { type FakeProject, fakeCore, fakeProject, pythonAnswer } from "./testing/fake-project.ts";

let project: FakeProject;
beforeEach(() => {
  project = fakeProject();
});
afterEach(() => rmSync(project.root, { recursive: true }));

type Mark = "ok" | "without" | "STALE" | "MISSING";

/** What is taken away; what doctor then says about which thing; whether that is bad. */
interface Row {
  name: string;
  harm(project: FakeProject): void;
  mark: Mark;
  says: RegExp;
}

const remove = (path: string) => (project: FakeProject) =>
  rmSync(join(project.root, path), { recursive: true, force: true });
const spec = ".venv/share/jupyter/kernels/tspyro/kernel.json";
const users = "home/.local/share/jupyter/kernels/tspyro/kernel.json";
const withoutVenv = (python: string) => (one: FakeProject) => {
  remove(".venv")(one);
  one.program("bin/python3", python);
};
const setEnv = (env: NodeJS.ProcessEnv) => (one: FakeProject) => void Object.assign(one.machine.env, env);

const rows: readonly Row[] = [
  {
    name: "no Python",
    harm(one) {
      remove(".venv")(one);
      one.machine.env.PATH = join(one.root, "nothing");
    },
    mark: "MISSING",
    says: /JupyterLab +there is no \.venv\. no Python 3 on the PATH.*install Python 3\.10 or newer \(apt install python3/,
  },
  {
    name: "an old Python",
    harm: withoutVenv("echo 3.8.10 1"),
    mark: "MISSING",
    says: /JupyterLab +there is no \.venv\. Python 3\.8\.10 is too old for JupyterLab: install Python 3\.10/,
  },
  {
    name: "a Python without venv and pip",
    harm: withoutVenv('case "$2" in *version_info*) echo 3.12.4 0;; *) exit 1;; esac'),
    mark: "MISSING",
    says: /Python 3\.12\.4 has no venv with pip in it: install that \(apt install python3-venv/,
  },
  {
    name: "no .venv, with a good Python",
    harm: remove(".venv"),
    mark: "MISSING",
    says: /there is no \.venv\. Python 3\.12\.4 can make one: run `npm run setup`/,
  },
  {
    name: "a .venv that was moved",
    harm: (one) => one.write(".venv/bin/jupyter-lab", "#!/elsewhere/tspyro/.venv/bin/python3.12\n"),
    mark: "MISSING",
    says: /\.venv was made in \/elsewhere\/tspyro\/\.venv and moved here: run `npm run setup`/,
  },
  {
    name: "a .venv whose Python is gone",
    harm: (one) => one.write(".venv/bin/python", "#!/nowhere/python3\n"),
    mark: "MISSING",
    says: /\.venv's Python does not run .*may be gone.*run `npm run setup`/,
  },
  {
    name: "a .venv that was not finished",
    harm: (one) =>
      one.program(
        ".venv/bin/python",
        pythonAnswer.map((line) => `echo ${line.replace(/(jupyterlab|nbclient) .*/, "$1 -")}`).join("\n"),
      ),
    mark: "MISSING",
    says: /JupyterLab +\.venv lacks jupyterlab, nbclient: run `npm run setup -- --again`/,
  },
  {
    name: "no anywidget",
    harm: remove(".venv/share/jupyter/labextensions/anywidget"),
    mark: "MISSING",
    says: /anywidget +not in \.venv, so live views stay empty: run `npm run setup -- --again`/,
  },
  {
    name: "an old Node",
    harm: (one) => void Object.assign(one.machine.node, { version: "v22.12.0", path: "/usr/bin/node" }),
    mark: "MISSING",
    says: /Node +v22\.12\.0 at \/usr\/bin\/node is too old for the kernel: .*brings Node 24/,
  },
  {
    name: "no node_modules",
    harm: remove("node_modules"),
    mark: "MISSING",
    says: /npm packages +node_modules is not there or was not finished: run `npm run setup`/,
  },
  {
    name: "a package taken out of node_modules",
    harm: remove("node_modules/zeromq"),
    mark: "MISSING",
    says: /npm packages +missing in node_modules, or there in another version: zeromq: run/,
  },
  {
    name: "no native core",
    harm: remove("node_modules/@tensorflow/tfjs-node/lib"),
    mark: "without",
    says: /tensor core +wasm, slower, because of the native one: it has no binding; run `npm run setup`/,
  },
  {
    name: "a native core that could not be built, for want of a C++ compiler",
    harm(one) {
      remove("node_modules/@tensorflow/tfjs-node/lib")(one);
      const why = "there is no C++ compiler (apt install g++)";
      writeStamp("wasm", `wasm, slower, because ${why}. To try again: npm run setup -- --again`, one.root);
    },
    mark: "without",
    says: /tensor core +wasm, slower, because there is no C\+\+ compiler \(apt install g\+\+\)\. To try again: npm run setup -- --again/,
  },
  {
    name: "a native core that is asked for and is not there",
    harm(one) {
      remove("node_modules/@tensorflow/tfjs-node/lib")(one);
      setEnv({ TSPYRO_BACKEND: "tensorflow" })(one);
    },
    mark: "MISSING",
    says: /tensor core +wasm.*TSPYRO_BACKEND asks for tensorflow/,
  },
  {
    name: "a native core that computes wrongly",
    harm: ({ write }) => fakeCore(write, { lgamma: 3 }),
    mark: "without",
    says: /tensor core +wasm.*it computes wrong results: 17,39, 3/,
  },
  {
    name: "a tensor core that does not exist",
    harm: setEnv({ TSPYRO_BACKEND: "cuda" }),
    mark: "MISSING",
    says: /tensor core +TSPYRO_BACKEND is "cuda", which is none of tensorflow, wasm, cpu/,
  },
  {
    name: "no kernelspec",
    harm: remove(spec),
    mark: "MISSING",
    says: /kernel +the kernel is not registered in .*\.venv.*: run `npm run setup`/,
  },
  {
    name: "a damaged kernelspec",
    harm: (one) => one.write(spec, "{"),
    mark: "MISSING",
    says: /kernel +.*kernel\.json is damaged: run `npm run setup`/,
  },
  {
    name: "a kernelspec whose Node is gone",
    harm: (one) => one.write(spec, kernelspecText({ root: one.root, node: "/old/node" })),
    mark: "MISSING",
    says: /kernel +.*kernel\.json names \/old\/node, which is gone: run `npm run setup`/,
  },
  {
    name: "a kernelspec of another folder",
    harm(one) {
      one.write("other/dist/kernel/main.js", "");
      one.write(spec, kernelspecText({ root: join(one.root, "other"), node: process.execPath }));
    },
    mark: "MISSING",
    says: /kernel +.*starts the kernel of another folder, .*other\/dist\/kernel\/main\.js: run `npm run setup`/,
  },
  {
    name: "a kernelspec of an older version",
    harm(one) {
      const text = kernelspecText({ root: one.root, node: process.execPath });
      one.write(spec, text.replace(/"--max-semi-space-size=\d+",\s*/, ""));
    },
    mark: "STALE",
    says: /kernel +.*is not what this version writes: run `npm run setup`/,
  },
  {
    name: "a kernelspec in the user's Jupyter that points to what is gone",
    harm: (one) => one.write(users, kernelspecText({ root: "/gone", node: process.execPath })),
    mark: "without",
    says: /your Jupyter +.*names \/gone\/dist\/kernel\/main\.js, which is gone: run `npx tspyro install`/,
  },
  {
    name: "a kernelspec in the user's Jupyter that is right",
    harm: (one) => one.write(users, kernelspecText({ root: one.root, node: process.execPath })),
    mark: "ok",
    says: /your Jupyter +"TypeScript \(Pyro\)" is registered in .*home/,
  },
  {
    name: "no dist",
    harm: remove("dist"),
    mark: "MISSING",
    says: /dist +not built: run `npm run setup`/,
  },
  {
    name: "an old dist",
    harm: ({ root }) => utimesSync(join(root, "lib/index.ts"), 0, 4e9),
    mark: "STALE",
    says: /dist +older than the sources.*: run `npm run setup`/,
  },
  {
    name: "a dist with type errors",
    harm: (one) => one.write("dist/.built", "3 errors"),
    mark: "without",
    says: /dist +built with 3 errors \(npm run types lists them\)/,
  },
  {
    name: "no browser module",
    harm: remove("dist/widgets/front.js"),
    mark: "MISSING",
    says: /browser module not built, so live views cannot be shown: run `npm run setup`/,
  },
  {
    name: "an old browser module",
    harm: (one) => one.write("widgets/views/new.ts", ""),
    mark: "STALE",
    says: /browser module older than its sources: run `npm run setup`/,
  },
  {
    name: "no Chromium",
    harm(one) {
      one.machine.env.PATH = join(one.root, "nothing");
    },
    mark: "without",
    says: /Chromium +not found; only the browser tests need it \(apt install chromium\)/,
  },
  {
    name: "a Chromium that is named and not there",
    harm: setEnv({ TSPYRO_CHROMIUM: "/opt/none" }),
    mark: "without",
    says: /Chromium +TSPYRO_CHROMIUM names \/opt\/none, which is not there/,
  },
  {
    name: "a folder that cannot be written",
    harm(one) {
      // A file where a folder should be stops every user, root included.
      remove(".cache")(one);
      one.write(".cache", "");
    },
    mark: "MISSING",
    says: /project +\.cache in .* cannot be written \(ENOTDIR\): make it yours, or move the project/,
  },
];

describe.skipIf(process.platform === "win32")("doctor", () => {
  it("finds a whole project whole", async () => {
    mkdirSync(join(project.root, "notebooks"));
    const { text, healthy } = await examine(project.machine);
    expect(text.replace(/^(ok) +port .*$|^without +port .*$/m, "").trim()).not.toMatch(/^(?!ok )/m);
    expect(text).toMatch(/^ok +tensor core +TensorFlow 2\.99$/m);
    expect(text).toMatch(/^ok +JupyterLab +jupyterlab 4\.6\.6, .* on Python 3\.12\.4$/m);
    expect(healthy).toBe(true);
  });

  it.each(rows)("says of $name what it is and how to mend it", async ({ harm, mark, says }) => {
    harm(project);
    const { text, healthy } = await examine(project.machine);
    expect(text).toMatch(says);
    const lines = text.split("\n").filter((line) => says.test(line));
    expect(lines.map((line) => line.split(" ")[0])).toEqual([mark]);
    expect(healthy, text).toBe(mark === "ok" || mark === "without");
  });
});

describe("doctor about the port of npm start", () => {
  it("says which one will be taken instead", async () => {
    const server = createServer();
    const taken = await freePort(9720);
    await new Promise<void>((settle) => server.listen(taken, "127.0.0.1", settle));
    const found = await port(project.machine, taken);
    await new Promise((settle) => server.close(settle));
    expect(found.state).toBe("less");
    expect(found.says).toMatch(new RegExp(`^${taken} is taken; npm start takes \\d+`));
    expect(await port(project.machine, taken)).toMatchObject({ state: "ok" });
  });
});
