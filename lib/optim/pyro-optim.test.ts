import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Adam, ClippedAdam, PyroOptim, SGD } from "./index.ts";
import type { ParamSource } from "./targets.ts";
import { sourceOf } from "./testing.ts";

const one = () => tf.tensor1d([1, 1]);
const values = (x: tf.Tensor | undefined) => Array.from(x?.dataSync() ?? []);

function variable(): tf.Variable {
  return tf.variable(tf.zeros([2]));
}

describe("arguments", () => {
  it.each([
    [
      "an unknown name with the nearest one",
      () => new Adam({ learningRate: 1 } as never),
      /learningRate[\s\S]*lr/,
    ],
    ["Python's spelling", () => new Adam({ weight_decay: 1 } as never), /try: weightDecay/],
    ["a negative rate", () => new Adam({ lr: -1 }), /lr of Adam is out of range[\s\S]*>= 0[\s\S]*-1/],
    ["a rate that is not a number", () => new SGD({ lr: Number.NaN }), /lr of SGD/],
    ["betas outside the unit interval", () => new Adam({ betas: [0.9, 1] }), /betas[\s\S]*0\.9, 1/],
    ["nesterov without momentum", () => new SGD({ nesterov: true }), /nesterov needs momentum/],
    [
      "an unknown clip argument",
      () => new SGD({}, { clip_norm: 1 } as never),
      /\(at clipArgs\)[\s\S]*try: clipNorm/,
    ],
    ["a limit of zero", () => new SGD({}, { clipValue: 0 }), /clipValue[\s\S]*> 0/],
    ["something else than an object", () => new SGD(0.1 as never), /must be an object/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("may be made without new, and is an instance of its class", () => {
    expect(Adam({ lr: 0.1 })).toBeInstanceOf(Adam);
    expect(new Adam()).toBeInstanceOf(PyroOptim);
    expect(Adam({})).not.toBeInstanceOf(SGD);
    expect(Adam.name).toBe("Adam");
  });

  it("asks a callable once for each parameter, with module, name and tags or with the dotted name", () => {
    const a = variable();
    const net = variable();
    const asked: unknown[] = [];
    const three = new PyroOptim(
      SGD,
      (moduleName: string, paramName: string, tags: readonly string[]) => {
        asked.push([moduleName, paramName, [...tags]]);
        return { lr: moduleName === "net" ? 0.5 : 0.1 };
      },
      {},
      sourceOf({ a, net$$$w: net }, ["default"]),
    );
    const grads = { a: one(), net$$$w: one() };
    three.update(["a", "net$$$w"], grads);
    three.update(["a", "net$$$w"], grads);
    expect(asked).toEqual([
      ["a", "a", ["default"]],
      ["net", "w", ["default"]],
    ]);
    expect(values(a)[0]).toBeCloseTo(-0.2, 6);
    expect(values(net)[0]).toBeCloseTo(-1, 6);
    expect(three.getLr("net$$$w")).toBe(0.5);

    const dotted: string[] = [];
    const single = new PyroOptim(
      SGD,
      (name: string) => {
        dotted.push(name);
        return {};
      },
      {},
      sourceOf({ net$$$w: net }),
    );
    single.update(["net$$$w"], grads);
    expect(dotted).toEqual(["net.w"]);
  });

  it("names the parameter where a callable's answer is refused", () => {
    const a = variable();
    const optimizer = new PyroOptim(SGD, () => ({ lr: -1 }), {}, sourceOf({ a }));
    expect(() => optimizer.update(["a"], { a: one() })).toThrow(/parameter "a"/);
  });
});

describe("a step", () => {
  it("refuses a gradient of another shape and then changes no parameter", () => {
    const [a, b] = [variable(), variable()];
    const optimizer = new PyroOptim(Adam, {}, {}, sourceOf({ a, b }));
    optimizer.update(["a", "b"], { a: one(), b: one() });
    const before = [...values(a), ...values(b)];
    const state = optimizer.getState();
    const tensors = tf.memory().numTensors;
    const bad = { a: one(), b: tf.ones([3]) };
    expect(() => optimizer.update(["a", "b"], bad)).toThrow(/parameter "b"[\s\S]*\[2\][\s\S]*\[3\]/);
    tf.dispose(bad);
    expect([...values(a), ...values(b)]).toEqual(before);
    expect(optimizer.getState()).toEqual(state);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("leaves no tensor behind", () => {
    const a = variable();
    const optimizer = new PyroOptim(Adam, {}, { clipNorm: 1, clipValue: 0.5 }, sourceOf({ a }));
    const grads = { a: one() };
    optimizer.update(["a"], grads);
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) optimizer.update(["a"], grads);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("can be planned and dropped", () => {
    const a = variable();
    const optimizer = new PyroOptim(Adam, {}, {}, sourceOf({ a }));
    const grads = { a: one() };
    const tensors = tf.memory().numTensors;
    optimizer.plan(["a"], grads).discard();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(values(a)).toEqual([0, 0]);
    expect(optimizer.getState()).toEqual({});
  });

  it("is finished, not doubled, by a second commit", () => {
    const [a, b] = [variable(), variable()];
    const optimizer = new PyroOptim(SGD, { lr: 1, momentum: 0.5 }, {}, sourceOf({ a, b }));
    const plan = optimizer.plan(["a", "b"], { a: one(), b: one() });
    const assign = b.assign.bind(b);
    let cut = true;
    b.assign = (value) => {
      if (cut) throw new Error("cut off");
      assign(value);
    };
    expect(() => plan.commit()).toThrow("cut off");
    cut = false;
    plan.commit();
    expect([...values(a), ...values(b)]).toEqual([-1, -1, -1, -1]);
    expect(optimizer.getState().b?.step).toBe(1);
  });

  it("starts afresh for a parameter that was created again", () => {
    const a = variable();
    let life = 1;
    const source: ParamSource = { ...sourceOf({ a }), life: () => life };
    const optimizer = new PyroOptim(ClippedAdam, { lr: 0.1, lrd: 0.5 }, {}, source);
    optimizer.update(["a"], { a: one() });
    expect(optimizer.getLr("a")).toBeCloseTo(0.05, 12);
    life = 2;
    expect(optimizer.getState()).toEqual({});
    expect(optimizer.getLr("a")).toBe(0.1);
    optimizer.update(["a"], { a: one() });
    expect(optimizer.getState().a?.step).toBe(1);
  });

  it("scales the rate by rateScale, for that step only", () => {
    const a = variable();
    const optimizer = new PyroOptim(SGD, { lr: 1 }, {}, sourceOf({ a }));
    optimizer.rateScale = 0.25;
    optimizer.update(["a"], { a: one() });
    expect(values(a)).toEqual([-0.25, -0.25]);
    expect(optimizer.getState().a?.hyper.lr).toBe(1);
  });
});

describe("state", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optim-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** An optimizer that has taken three steps, and its parameter. */
  function trained() {
    const a = variable();
    const optimizer = new PyroOptim(ClippedAdam, { lr: 0.1, lrd: 0.9 }, {}, sourceOf({ a }));
    for (const g of [1, -2, 3]) optimizer.update(["a"], { a: tf.fill([2], g) });
    return { a, optimizer };
  }

  it("goes on, restored at once, as if it had never stopped", () => {
    const { a, optimizer } = trained();
    const file = join(folder, "adam.state");
    optimizer.save(file);
    const b = tf.variable(tf.clone(a));
    const other = new PyroOptim(ClippedAdam, { lr: 7 }, {}, sourceOf({ a: b }));
    other.update(["a"], { a: tf.zeros([2]) });
    b.assign(tf.clone(a));
    other.load(file);
    expect(other.getState()).toEqual(optimizer.getState());
    for (const [x, o] of [
      [a, optimizer],
      [b, other],
    ] as const) {
      void x;
      o.update(["a"], { a: one() });
    }
    expect(values(b)).toEqual(values(a));
    expect(other.getLr("a")).toBeCloseTo(0.1 * 0.9 ** 4, 12);
  });

  it("waits for a parameter that does not exist yet", () => {
    const { a, optimizer } = trained();
    const late: Record<string, tf.Variable> = {};
    const other = new PyroOptim(ClippedAdam, {}, {}, sourceOf(late));
    other.setState(optimizer.getState());
    expect(other.getState()).toEqual(optimizer.getState());
    const b = tf.variable(tf.clone(a));
    late.a = b;
    other.update(["a"], { a: one() });
    optimizer.update(["a"], { a: one() });
    expect(values(b)).toEqual(values(a));
    expect(other.getState()).toEqual(optimizer.getState());
  });

  it("refuses state of another shape, naming parameter and shapes, and changes nothing", () => {
    const { optimizer } = trained();
    const state = optimizer.getState();
    const [a, b] = [variable(), tf.variable(tf.zeros([3]))];
    const other = new PyroOptim(ClippedAdam, {}, {}, sourceOf({ a, b }));
    const tensors = tf.memory().numTensors;
    expect(() => other.setState({ a: state.a as never, b: state.a as never })).toThrow(
      /parameter "b"[\s\S]*\[3\][\s\S]*\[2\]/,
    );
    expect(other.getState()).toEqual({});
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("refuses another optimizer's state", () => {
    const { optimizer } = trained();
    const adam = new PyroOptim(Adam, {}, {}, sourceOf({}));
    expect(() => adam.setState(optimizer.getState())).toThrow(/optimizer: "Adam"[\s\S]*ClippedAdam/);
  });

  it.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ["cut by one byte", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ["empty", () => Buffer.alloc(0)],
    ["foreign", () => Buffer.from('{"hello": "world"}')],
    ["binary", () => Buffer.from([0, 1, 2, 255, 254])],
  ])("refuses a file that is %s, with its name, and changes nothing", (_, damage) => {
    const { optimizer } = trained();
    const file = join(folder, "adam.state");
    optimizer.save(file);
    writeFileSync(file, damage(readFileSync(file)));
    const before = optimizer.getState();
    expect(() => optimizer.load(file)).toThrow(/adam\.state/);
    expect(optimizer.getState()).toEqual(before);
  });

  it("refuses a file of another optimizer, and one that is missing", () => {
    const { optimizer } = trained();
    const file = join(folder, "adam.state");
    optimizer.save(file);
    expect(() => new SGD({}).load(file)).toThrow(/SGD[\s\S]*ClippedAdam/);
    expect(() => optimizer.load(join(folder, "nowhere"))).toThrow(/nowhere/);
  });

  it("leaves no other file behind when it saves", () => {
    const { optimizer } = trained();
    optimizer.save(join(folder, "adam.state"));
    optimizer.save(join(folder, "adam.state"));
    expect(readdirSync(folder)).toEqual(["adam.state"]);
  });
});
