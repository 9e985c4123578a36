import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { gradOf } from "../infer/gradients.ts";
import * as nn from "../nn/index.ts";
import { setNoticeHook } from "../notice.ts";
import * as optim from "../optim/index.ts";
import { lift, substitute, trace } from "../poutine/index.ts";
import { clearParamStore, getParamStore, module, randomModule, setRngSeed } from "../primitives.ts";
import * as tf from "../tf.ts";

const list = (x: tf.Tensor) => Array.from(x.dataSync());
const near = (got: tf.Tensor, want: tf.Tensor, tolerance = 1e-5) => {
  expect(got.shape).toEqual(want.shape);
  const [a, b] = [list(got), list(want)];
  for (const [i, x] of a.entries()) expect(Math.abs(x - (b[i] as number))).toBeLessThan(tolerance);
};

let notices: string[];
let restoreNotices: () => void;
beforeEach(() => {
  setRngSeed(2);
  notices = [];
  restoreNotices = setNoticeHook((message) => notices.push(message));
});
afterEach(() => {
  clearParamStore();
  restoreNotices();
});

/** Both kinds of network, of the same form, and how each is called. */
interface Case<N extends nn.Network = nn.Network> {
  make: () => N;
  call: (net: N, x: tf.Tensor) => tf.Tensor;
  paths: string[];
}
const dense = (seed: number, args: object) =>
  tf.layers.dense({ kernelInitializer: tf.initializers.glorotUniform({ seed }), ...args } as never);
const cases: Record<string, Case> = {
  "nn.Module": {
    make: () => new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2)),
    call: (net, x) => (net as nn.Sequential).call(x),
    paths: ["0.weight", "0.bias", "2.weight", "2.bias"],
  },
  "tf.LayersModel": {
    make: () => {
      const input = tf.input({ shape: [3] });
      const hidden = dense(1, { units: 4, activation: "tanh", name: "hidden" }).apply(input);
      return tf.model({ inputs: input, outputs: dense(2, { units: 2 }).apply(hidden) as tf.SymbolicTensor });
    },
    call: (net, x) => (net as tf.LayersModel).apply(x) as tf.Tensor,
    paths: ["hidden.kernel", "hidden.bias", "2.kernel", "2.bias"],
  },
  "tf.Sequential": {
    make: () =>
      tf.sequential({
        layers: [dense(1, { units: 4, activation: "tanh", inputShape: [3] }), dense(2, { units: 2 })],
      }),
    call: (net, x) => (net as tf.Sequential).apply(x) as tf.Tensor,
    paths: ["0.kernel", "0.bias", "1.kernel", "1.bias"],
  },
  "nn.Layers": {
    make: () =>
      new nn.Layers(
        tf.sequential({
          layers: [dense(1, { units: 4, activation: "tanh", inputShape: [3] }), dense(2, { units: 2 })],
        }),
      ),
    call: (net, x) => (net as nn.Layers).call(x),
    paths: ["0.kernel", "0.bias", "1.kernel", "1.bias"],
  },
};
const x = tf.tensor2d([
  [0.5, -1, 2],
  [1, 0.25, -0.5],
]);

/** What every network of the cases computes, written out. */
function byHand(w: readonly tf.Tensor[], input: tf.Tensor = x): tf.Tensor {
  const [w1, b1, w2, b2] = w as [tf.Tensor2D, tf.Tensor, tf.Tensor2D, tf.Tensor];
  const hidden = tf.tanh(tf.add(tf.matMul(input as tf.Tensor2D, w1), b1));
  return tf.add(tf.matMul(hidden as tf.Tensor2D, w2), b2);
}

describe.each(Object.entries(cases))("%s", (_kind, { make, call, paths }) => {
  const names = paths.map((path) => `net$$$${path}`);
  const stored = () => names.map((name) => getParamStore().getUnconstrained(name));
  const loss = (net: nn.Network) => tf.sum(tf.square(call(net, x)));

  test("registers every weight by its path, beginning with its value", () => {
    const net = make();
    const before = call(net, x);
    near(call(module("net", net), x), before);
    expect(getParamStore().getAllParamNames()).toEqual(names);
    near(byHand(stored()), before);
  });

  test("has the gradients of the same network written out", () => {
    const net = make();
    const model = trace(() => loss(module("net", net)));
    const { grads } = gradOf((live) => {
      const value = model() as tf.Tensor;
      expect(model.trace.paramNodes).toEqual(names);
      for (const [i, variable] of stored().entries()) live.add(names[i] as string, variable);
      return value;
    });
    const want = tf.grads((...w: tf.Tensor[]) => tf.sum(tf.square(byHand(w))))(stored());
    expect(Object.keys(grads)).toEqual(names);
    for (const [i, name] of names.entries()) near(grads[name] as tf.Tensor, want[i] as tf.Tensor, 1e-4);
  });

  test("has them for a program that registers the network and uses it directly", () => {
    const net = make();
    const { grads } = gradOf((live) => {
      module("net", net);
      for (const [i, variable] of stored().entries()) live.add(names[i] as string, variable);
      return loss(net);
    });
    const want = tf.grads((...w: tf.Tensor[]) => tf.sum(tf.square(byHand(w))))(stored());
    for (const [i, name] of names.entries()) near(grads[name] as tf.Tensor, want[i] as tf.Tensor, 1e-4);
  });

  test("computes with what the store holds now, inside and outside of a model", () => {
    const net = make();
    module("net", net);
    const moved = stored().map((variable) => tf.randomNormal(variable.shape, 0, 1, "float32", 3));
    for (const [i, name] of names.entries()) getParamStore().set(name, moved[i] as tf.Tensor);
    near(call(module("net", net), x), byHand(moved));
    near(call(net, x), byHand(moved));
  });

  test("begins anew from its own weights when the store is cleared, or a cell's parameters are dropped", () => {
    const net = make();
    const store = getParamStore();
    const before = call(net, x);
    for (const forget of [() => store.clear(), () => store.drop(names).discard()]) {
      module("net", net);
      for (const name of names) store.set(name, tf.ones((store.get(name) as tf.Tensor).shape));
      expect(list(call(net, x))).not.toEqual(list(before));
      forget();
      near(call(net, x), before);
      near(call(module("net", net), x), before);
    }
    expect(notices).toEqual([]);
  });

  test("goes on from parameters that were saved, in a network made afresh", () => {
    const file = join(mkdtempSync(join(tmpdir(), "tspyro-")), "net.json");
    const first = make();
    module("net", first, { tags: ["a", "b"] });
    for (const [i, variable] of stored().entries()) variable.assign(tf.fill(variable.shape, 0.1 * (i + 1)));
    const want = call(first, x);
    getParamStore().save(file);
    clearParamStore();
    getParamStore().load(file);
    const fresh = make();
    near(call(module("net", fresh), x), want);
    near(call(fresh, x), want);
    expect([...getParamStore().getParamTags(names[0] as string)]).toEqual(["a", "b"]);
    expect(notices).toEqual([]);
  });

  test("lets handlers decide its weights, for the network that is returned", () => {
    const net = make();
    const before = call(net, x);
    const ones = stored0(net).map((w) => tf.ones(w.shape));
    const data = Object.fromEntries(names.map((name, i) => [name, ones[i] as tf.Tensor]));
    const seen = substitute(() => module("net", net), { data })();
    near(call(seen, x), byHand(ones));
    near(call(net, x), before);
    expect(getParamStore().size).toBe(0);
  });

  test("copies what it computes with into the network where that is asked for", () => {
    const net = make();
    const halves = stored0(net).map((w) => tf.fill(w.shape, 0.5));
    const prior = Object.fromEntries(names.map((name, i) => [name, dist.Delta(halves[i] as tf.Tensor)]));
    const before = call(net, x);
    lift(() => module("net", net), { prior })();
    near(call(net, x), before);
    lift(() => module("net", net, { updateModuleParams: true }), { prior })();
    near(call(net, x), byHand(halves));
  });

  test("leaves no tensor behind, and a step of it neither", () => {
    const net = make();
    const step = () =>
      tf.tidy(() => tf.variableGrads(() => loss(module("net", net)) as tf.Scalar, stored()).value.dataSync());
    module("net", net);
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) step();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("outlives its step where its weights are stored, and says so where they were drawn", () => {
    const net = make();
    const keep: { net?: nn.Network } = {};
    tf.tidy(() => {
      keep.net = module("net", net);
    });
    near(call(keep.net as nn.Network, x), call(net, x));
    tf.tidy(() => {
      keep.net = randomModule("net", net, dist.Normal(0, 1))();
    });
    expect(() => call(keep.net as nn.Network, x)).toThrow(/after the step in which its weights were drawn/);
    near(call(net, x), byHand(stored()));
  });

  /** The network's own variables, in the order of its paths. */
  function stored0(net: nn.Network): tf.Tensor[] {
    const store = getParamStore();
    return store.scope(() => {
      module("net", net);
      return names.map((name) => tf.clone(store.getUnconstrained(name)));
    });
  }
});

describe("a module", () => {
  const make = () => new nn.Linear(2, 1);

  test("of a flow is seen by the distribution that it transforms", () => {
    const flow = dist.InverseAutoregressiveFlow(2, 3);
    const law = () => dist.TransformedDistribution(dist.Normal([0, 0], 1), module("my_iaf", flow));
    const point = tf.tensor1d([0.3, -0.4]);
    const before = law().logProb(point);
    const store = getParamStore();
    expect(store.getAllParamNames()).toContain("my_iaf$$$arn.lin1.weight");
    for (const name of store.keys()) store.set(name, tf.fill((store.get(name) as tf.Tensor).shape, 0.7));
    expect(Math.abs((list(law().logProb(point))[0] as number) - (list(before)[0] as number))).toBeGreaterThan(
      0.01,
    );
    // The manual's way: the flow that was registered, not the one that came back.
    module("my_iaf", flow);
    const direct = dist.TransformedDistribution(dist.Normal([0, 0], 1), flow);
    near(direct.logProb(point), law().logProb(point));
    const { grads } = gradOf((live) => {
      const d = law();
      live.add("w", store.getUnconstrained("my_iaf$$$arn.lin2.bias"));
      return tf.sum(d.logProb(d.rsample()));
    });
    expect(Math.max(...list(grads.w as tf.Tensor).map(Math.abs))).toBeGreaterThan(0.01);
  });

  test("tells optimizers its name, the path and the tags", () => {
    const asked: unknown[][] = [];
    const sgd = new optim.SGD((moduleName, paramName, tags) => {
      asked.push([moduleName, paramName, [...tags]]);
      return { lr: paramName === "bias" ? 0 : 1 };
    });
    module("net", make(), { tags: "mine" });
    const weight = getParamStore().get("net$$$weight") as tf.Tensor;
    const grads = { net$$$weight: tf.ones([2, 1]), net$$$bias: tf.ones([1]) };
    sgd.update(Object.keys(grads), grads);
    expect(asked).toEqual([
      ["net", "weight", ["mine"]],
      ["net", "bias", ["mine"]],
    ]);
    near(getParamStore().get("net$$$weight") as tf.Tensor, tf.sub(weight, 1));
  });

  test("may keep what others cannot see, share weights, and hold networks of both kinds", () => {
    class Mixed extends nn.Module {
      readonly #scale = 2;
      readonly inner = tf.layers.dense({ units: 2, kernelInitializer: "ones", name: "inner" });
      readonly outer = new nn.Linear(2, 2);
      readonly again = this.outer.weight;
      readonly parts = { head: [tf.variable(tf.ones([2]))] };
      constructor() {
        super();
        this.inner.build([null, 2]);
      }
      forward(v: tf.Tensor): tf.Tensor {
        const h = this.outer.forward(this.inner.apply(v) as tf.Tensor);
        return tf.mul(tf.matMul(h as tf.Tensor2D, this.again as tf.Tensor2D), this.#scale);
      }
      override namedParameters(): [string, tf.Variable][] {
        return [
          ...super.namedParameters().filter(([path]) => path !== "again"),
          ["head", this.parts.head[0] as tf.Variable],
        ];
      }
    }
    const net = new Mixed();
    const seen = module("net", net);
    const paths = ["inner.kernel", "inner.bias", "outer.weight", "outer.bias", "head"];
    expect(getParamStore().getAllParamNames()).toEqual(paths.map((path) => `net$$$${path}`));
    getParamStore().set("net$$$outer.weight", tf.eye(2));
    getParamStore().set("net$$$outer.bias", [0, 0]);
    const got = module("net", net).call([[1, 2]]);
    expect(list(got)).toEqual([6, 6]);
    expect(seen).toBeInstanceOf(Mixed);
    expect(String(seen)).toBe(String(net));
    expect(seen.outer).toBeInstanceOf(nn.Linear);
  });

  test("seen in parts computes with the same values", () => {
    const net = new nn.Sequential(make());
    const seen = substitute(() => module("net", net), {
      data: { "net$$$0.weight": [[1], [1]], "net$$$0.bias": [0.5] },
    })();
    expect(list((seen.layers[0] as nn.Linear).call([[2, 3]]))).toEqual([5.5]);
    expect(list((seen.layers[0] as nn.Linear).weight)).toEqual([1, 1]);
  });

  test("goes on from the parameters of the network before it, and says so once", () => {
    const first = module("net", make()).call([1, 2]);
    for (let i = 0; i < 3; i++) near(module("net", make()).call([1, 2]), first);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/"net" is another network[\s\S]*clearParamStore/);
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["a name with the divider", () => module("a$$$b", make()), /may not have \$\$\$[\s\S]*"a\.b"/],
    ["no name", () => module(make() as never, make()), /needs a name/],
    ["a function", () => module("net", tf.relu as never), /needs a network[\s\S]*the function relu/],
    ["nothing", () => module("net", undefined as never), /needs a network[\s\S]*undefined/],
    [
      "a layer without weights",
      () => module("net", tf.layers.dense({ units: 2 })),
      /has no weights yet[\s\S]*inputShape/,
    ],
    [
      "another shape",
      () => [module("net", make()), module("net", new nn.Linear(3, 1))],
      /"net\$\$\$weight" exists with another shape[\s\S]*\[2, 1\][\s\S]*\[3, 1\]/,
    ],
    [
      "a value that does not fit",
      () => substitute(() => module("net", make()), { data: { net$$$weight: 1 } })(),
      /does not fit the network[\s\S]*\[2, 1\][\s\S]*\[\]/,
    ],
    [
      "two networks that take turns",
      () => {
        const [a, b] = [make(), make()];
        for (const net of [a, b, a]) module("net", net);
      },
      /Two networks are registered as module "net"/,
    ],
    [
      "one path for two weights",
      () => {
        const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
        const namedParameters = (): [string, tf.Variable][] => [
          ["w", a],
          ["w", b],
        ];
        module("net", { a, b, namedParameters });
      },
      /Two weights of a network have the path "w"/,
    ],
    [
      "a weight in a private field",
      () => {
        class Hidden extends nn.Module {
          readonly #w = tf.variable(tf.scalar(1));
          forward(v: tf.Tensor) {
            return tf.mul(v, this.#w);
          }
          override namedParameters(): [string, tf.Variable][] {
            return [["w", this.#w]];
          }
        }
        module("net", new Hidden());
      },
      /"w" of a network is not in a field[\s\S]*private/,
    ],
    [
      "a network that was disposed",
      () => {
        const net = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
        net.dispose();
        module("net", net);
      },
      /disposed/,
    ],
  ];
  test.each(refused)("refuses %s", (_name, run, message) => {
    expect(run).toThrow(message);
  });
});

describe("a model of tf.layers", () => {
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });

  test("keeps frozen layers and moving averages to itself, nests, and shares layers", () => {
    const shared = tf.layers.dense({ units: 2, kernelInitializer: init(1), name: "shared" });
    const input = tf.input({ shape: [2] });
    const inner = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: init(2) }),
        tf.layers.batchNormalization({}),
        tf.layers.dense({ units: 2, trainable: false, kernelInitializer: init(3) }),
      ],
    });
    const output = inner.apply(shared.apply(shared.apply(input))) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    module("m", model);
    expect(getParamStore().getAllParamNames()).toEqual(
      ["shared.kernel", "shared.bias", "2.0.kernel", "2.0.bias", "2.1.gamma", "2.1.beta"].map(
        (path) => `m$$$${path}`,
      ),
    );
    const ones = tf.ones([4, 2]);
    expect(list(module("m", model).apply(ones) as tf.Tensor)).toEqual(list(model.predict(ones) as tf.Tensor));
  });

  test("is one layer where that is all there is, or cells with weights of one name", () => {
    const layer = tf.layers.dense({ units: 1, kernelInitializer: init(1) });
    layer.build([null, 2]);
    module("layer", layer);
    const rnn = tf.sequential({
      layers: [
        tf.layers.bidirectional({
          layer: tf.layers.simpleRNN({ units: 2, recurrentInitializer: init(1) }) as never,
          mergeMode: "concat",
          inputShape: [3, 1],
        }),
      ],
    });
    module("rnn", rnn);
    const paths = ["kernel", "recurrent_kernel", "bias", "kernel_2", "recurrent_kernel_2", "bias_2"];
    expect(getParamStore().getAllParamNames()).toEqual([
      "layer$$$kernel",
      "layer$$$bias",
      ...paths.map((path) => `rnn$$$0.${path}`),
    ]);
  });

  test("passes on whether it trains, and can be disposed without its parameters", () => {
    const model = tf.sequential({
      layers: [tf.layers.dropout({ rate: 0.5, inputShape: [100] }), dense(1, { units: 1 })],
    });
    const seen = module("m", model);
    const [still, again] = [0, 1].map(() => list(seen.apply(tf.ones([1, 100])) as tf.Tensor));
    expect(still).toEqual(again);
    const [one, other] = [0, 1].map(() =>
      list(seen.apply(tf.ones([1, 100]), { training: true }) as tf.Tensor),
    );
    expect(one).not.toEqual(other);
    model.dispose();
    expect(getParamStore().getUnconstrained("m$$$1.kernel").isDisposed).toBe(false);
  });
});
