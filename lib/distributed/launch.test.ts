import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Normal } from "../distributions/index.ts";
import { setInterruptHook } from "../interrupt.ts";
import { clearParamStore, getParamStore } from "../params/global.ts";
import { setSeed } from "../tensor/index.ts";
import { launch } from "./index.ts";
import { RankCurve, setSourceReader } from "./launch/events.ts";
import type { MpiKind } from "./node/environment.ts";
import { Lines, labelled } from "./node/labels.ts";
import { pack, unpack } from "./node/travel.ts";
import { allGone, isMissing, KINDS } from "./testing/mpirun.ts";

/** Node starts several times, on cores that others use. */
const PATIENT = 180_000;
const env = { TSPYRO_BACKEND: "cpu" };
const alone = { np: 1, env };

declare const dist: typeof import("../distributions/index.ts");
declare const optim: typeof import("../optim/index.ts");
declare const distributed: typeof import("./index.ts");
declare const param: typeof import("../primitives.ts").param;
declare const sample: typeof import("../primitives.ts").sample;
declare const SVI: typeof import("../infer/svi.ts").SVI;

/** Captured by nothing that travels. */
const hidden = { count: 1 };

afterEach(() => {
  vi.restoreAllMocks();
  clearParamStore();
});

describe("on its way to another process", () => {
  const evaluate = ({ source }: { source: string }) => new Function(`return (${source});`)() as unknown;
  const there = (value: unknown) => unpack(pack(value, "args"), evaluate);

  it.each<[string, unknown]>([
    ["JSON", { a: [1, null, "x"], b: { c: true } }],
    ["typed arrays", [Float32Array.of(1, 2), new Map([["k", Int32Array.of(3)]]), new Set([1n])]],
    ["dates and holes", { when: new Date(0), none: undefined, nan: Number.NaN }],
    ["the name that objects inherit", JSON.parse('{ "__proto__": 1, "toString": 2 }')],
  ])("stays as it is: %s", (_, value) => {
    expect(there(value)).toEqual(value);
  });

  it("keeps tensors, functions of functions, and what is in two places", () => {
    const both = { x: tf.tensor2d([1, 2], [1, 2], "int32") };
    const [one, two, f, method] = there([
      both,
      both,
      (x: number) => x + 1,
      {
        twice(x: number) {
          return 2 * x;
        },
      }.twice,
    ]) as [typeof both, typeof both, (x: number) => number, (x: number) => number];
    expect(one).toBe(two);
    expect([one.x.dtype, one.x.shape, ...one.x.dataSync()]).toEqual(["int32", [1, 2], 1, 2]);
    expect([f(1), method(4)]).toEqual([2, 8]);
  });

  it.each<[string, unknown, RegExp]>([
    ["native functions", [Math.max], /args\[0\] has no text[\s\S]*native function max/],
    ["promises", { p: Promise.resolve() }, /args cannot travel/],
  ])("refuses %s by their place", (_, value, message) => {
    expect(() => pack(value, "args")).toThrow(message);
  });

  it("refuses a function of a cell that uses a variable of one, by name", () => {
    const end = setSourceReader({ preamble: "", captured: () => ["hidden"] });
    try {
      expect(() => pack([() => hidden], "args")).toThrow(
        /args\[0\] uses the variable "hidden", which stays behind[\s\S]*args: \[hidden\]/,
      );
    } finally {
      end();
    }
  });
});

it("labels lines with the rank that printed them, in pieces of any size", () => {
  const lines = "[1,0]<stdout>:  a\n[1,12]<stderr>:b\n[job@1,3]<stdout>: c\n[2] d\nmpirun: e\n[rank] f";
  const expected = "[rank 0]   a\n[rank 12] b\n[rank 3] c\n[rank 2] d\n";
  for (const size of [1, 3, 1000]) {
    let out = "";
    const cut = new Lines((text) => {
      out += text;
    }, labelled);
    for (let i = 0; i < lines.length; i += size) cut.push(lines.slice(i, i + size));
    cut.end();
    expect(out).toBe(expected);
    expect(cut.others).toEqual(["mpirun: e", "[rank] f"]);
  }
});

it("keeps losses that come in pieces, and writes over those of steps that were taken back", () => {
  const curve = new RankCurve();
  curve.put(0, Float32Array.of(1, 2, 3));
  curve.put(2, new Float32Array(3000).fill(4));
  expect([curve.losses.length, ...curve.losses.slice(0, 3)]).toEqual([3002, 1, 2, 4]);
});

describe("launch", () => {
  it.each<[string, unknown, unknown, RegExp]>([
    ["no function", 3, { np: 1 }, /task of launch[\s\S]*got: 3/],
    ["no options", () => 1, undefined, /options of launch/],
    ["no ranks", () => 1, { np: 0 }, /np of launch[\s\S]*got: 0/],
    ["a machine's ruin", () => 1, { np: 40_000 }, /np of launch[\s\S]*at most 256/],
    ["half a rank", () => 1, { np: 1.5 }, /np of launch/],
    ["a mistyped option", () => 1, { np: 1, arg: [] }, /no option "arg"[\s\S]*try: args/],
    ["one argument that is no list", () => 1, { np: 1, args: "x" }, /args of launch/],
    ["another MPI", () => 1, { np: 1, mpi: "intel" }, /mpi of launch/],
  ])("refuses %s", async (_, task, options, message) => {
    await expect(launch(task as () => number, options as { np: number })).rejects.toThrow(message);
  });

  it(
    "says what to install where there is no MPI",
    async () => {
      vi.stubEnv("PATH", "/nowhere");
      await expect(launch(() => 1, { np: 2 })).rejects.toThrow(/apt install openmpi-bin/);
      vi.unstubAllEnvs();
    },
    PATIENT,
  );

  it(
    "is a world of one with np: 1, begins with these parameters and seed, and brings its own back",
    async () => {
      vi.spyOn(process.stderr, "write").mockReturnValue(true);
      setSeed(4);
      const expected = tf.tidy(() => tf.add(2, 1).dataSync()[0]);
      getParamStore().set("kept", 2);
      const train = async (x: Float32Array) => {
        const before = param("kept").dataSync()[0] ?? 0;
        getParamStoreThere().set("kept", before + 1);
        const model = () => {
          sample("x", dist.Normal(param("loc", 0), 1), { obs: Number(x[0]) });
        };
        const svi = new SVI(model, () => {}, new optim.HorovodOptimizer(optim.SGD({ lr: 0.1 })), "ELBO");
        await svi.run(3, { compile: false });
        return { size: distributed.size(), x: dist.Normal(0, 1).sample() };
      };
      const getParamStoreThere = getParamStore;
      const there = `(${String(train)})`.replace("getParamStoreThere", "pyro.getParamStore");
      const task = new Function(`return ${there}`)() as typeof train;
      const run = await launch(task, { ...alone, args: [Float32Array.of(1)] });
      const { value, values, losses, params, pids } = run;
      expect([value.size, values.length, losses[0]?.length]).toEqual([1, 1, 3]);
      expect(params).toEqual({ replaced: ["kept"], created: ["loc"], untouched: [] });
      expect(getParamStore().get("kept")?.dataSync()[0]).toBe(expected);
      // 1 - 0.9³ of the way.
      expect(getParamStore().get("loc")?.dataSync()[0]).toBeCloseTo(0.271, 5);
      expect(value.x.dataSync()[0]).toBe(Normal(0, 1).sample().dataSync()[0]);
      await allGone(pids);
    },
    PATIENT,
  );

  it(
    "runs a script, in a folder with spaces, with its arguments",
    async () => {
      const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
      const folder = mkdtempSync(join(tmpdir(), "two words "));
      try {
        const file = join(folder, "train it.mjs");
        writeFileSync(
          file,
          "import { param } from 'tspyro';\nexport default (n) => { console.log('argument', process.argv[2]); for (let i = 0; i < 20000; i++) console.log('line', i); param('w', [n]); return n; };",
        );
        const { value } = await launch<[number], number>(file, { ...alone, args: [7] });
        expect([value, getParamStore().get("w")?.dataSync()[0]]).toEqual([7, 7]);
        const text = out.mock.calls.map(([text]) => text).join("");
        expect(text).toContain("[rank 0] argument 7\n");
        expect(text.match(/^\[rank 0\] line \d+$/gm)).toHaveLength(20_000);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    PATIENT,
  );

  it(
    "names a variable that is not there, where nobody reads the text before, and keeps parameters",
    async () => {
      vi.spyOn(process.stderr, "write").mockReturnValue(true);
      getParamStore().set("kept", 2);
      const failed = launch(() => {
        param("kept");
        return hidden.count;
      }, alone);
      await expect(failed).rejects.toThrow(/Rank 0 failed before its first step[\s\S]*"hidden"/);
      expect([...getParamStore().keys()]).toEqual(["kept"]);
    },
    PATIENT,
  );

  it(
    "ends what never ends when it is interrupted",
    async () => {
      let pid = 0;
      let put = () => {};
      vi.spyOn(process.stdout, "write").mockImplementation((text) => {
        pid = Number(/pid (\d+)/.exec(String(text))?.[1] ?? pid);
        put = setInterruptHook(() => {
          throw new Error("enough");
        });
        return true;
      });
      const endless = launch(() => {
        console.log(`pid ${process.pid}`);
        // Once that is out.
        setTimeout(() => {
          for (;;);
        }, 50);
        return new Promise(() => {});
      }, alone);
      await expect(endless).rejects.toThrow("enough");
      put();
      expect(pid).toBeGreaterThan(0);
      await allGone([pid]);
    },
    PATIENT,
  );

  const fates: Record<MpiKind, [how: string, message: RegExp]> = {
    openmpi: ["throws", /Rank 1 failed at step 3: RangeError: the data ran out \(at rank 1 of 2\)/],
    mpich: ["is killed", /Rank 1 (was killed|ended) at step [23]/],
  };
  it.skipIf(KINDS.some(isMissing)).each(KINDS)(
    "starts the ranks of %s, and says whose fault it was that they failed",
    async (mpi) => {
      vi.spyOn(process.stdout, "write").mockReturnValue(true);
      const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
      const options = { np: 2, mpi, env: { ...env, TSPYRO_MPI_TIMEOUT: "120" } };
      const task = async (how: string) => {
        const { rank } = distributed.init({ stream: "shared" });
        const loss = () => {
          sample("x", dist.Normal(param("a", 1), 1), { obs: 0 });
        };
        const svi = new SVI(loss, () => {}, new optim.HorovodOptimizer(optim.SGD({ lr: 0.1 })), "ELBO");
        await svi.run(9, {
          compile: false,
          onStep: (step) => {
            if (rank === 0 || step < 3) return;
            if (how === "throws") throw new RangeError("the data ran out");
            process.kill(process.pid, "SIGKILL");
          },
        });
      };
      const [how, message] = fates[mpi];
      await expect(launch(task, { ...options, args: [how] })).rejects.toThrow(message);
      if (how === "throws")
        expect(said.mock.calls.map(([text]) => text).join("")).toContain(
          "[rank 1] rank 1, step 3: the data ran out",
        );
    },
    PATIENT,
  );
});
