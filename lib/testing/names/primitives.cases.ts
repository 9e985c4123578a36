import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, expectClose, number, numbers, of } from "./calls.cases.ts";

const { dist, poutine } = pyro;
const scaleOf = (program: () => unknown, site: string) =>
  (poutine.trace(program).getTrace().nodes.get(site) as { scale?: number } | undefined)?.scale;

export const primitives: Calls = of("pyro.", {
  clear_param_store() {
    pyro.param("w", 1);
    pyro.clear_param_store();
    expect(pyro.getParamStore().size).toBe(0);
  },
  get_param_store() {
    pyro.param("w", 1);
    expect(pyro.get_param_store()).toBe(pyro.getParamStore());
    expect(pyro.get_param_store().get_all_param_names()).toEqual(["w"]);
  },
  iarange() {
    const data = tf.range(0, 100);
    const model = () =>
      pyro.iarange("data", 100, { subsampleSize: 10, useCuda: false }, (i) => {
        expect(i.shape).toEqual([10]);
        return pyro.observe("obs", dist.normal, tf.gather(data, i), 0, 1);
      });
    expect(scaleOf(model, "obs")).toBe(10);
    const mine = tf.tensor1d([3, 1], "int32");
    const chosen = pyro.iarange("data", 100, { subsample: mine }, (i) => numbers(i));
    expect(chosen).toEqual([3, 1]);
    expect(pyro.iarange("data", 3, (i) => numbers(i))).toEqual([0, 1, 2]);
  },
  irange() {
    const seen: number[] = [];
    const model = () => {
      for (const i of pyro.irange("data", 100, { subsampleSize: 10, useCuda: false })) {
        seen.push(i);
        pyro.observe(`obs_${i}`, dist.normal, i, 0, 1);
      }
    };
    const trace = poutine.trace(model).getTrace();
    expect([seen.length, new Set(seen).size]).toEqual([10, 10]);
    expect(trace.nodes.get(`obs_${seen[0]}`)).toMatchObject({ scale: 10 });
    expect([...pyro.irange("data", 100, { subsample: [5, 7] })]).toEqual([5, 7]);
  },
  module() {
    const net = new pyro.nn.Linear(2, 1);
    const seen = pyro.module("net", net, { tags: "slow" });
    const names = pyro.getParamStore().getAllParamNames();
    expect(names).toEqual(["net$$$weight", "net$$$bias"]);
    expect(pyro.getParamStore().getParamTags("net$$$weight")).toEqual(new Set(["slow"]));
    expectClose(numbers(seen.call([1, 2])), numbers(net.call([1, 2])));
    pyro.getParamStore().set("net$$$weight", [[3], [4]]);
    pyro.module("net", net, { updateModuleParams: true });
    expect(numbers(net.weight)).toEqual([3, 4]);
  },
  observe() {
    const infer = { note: 1 };
    const trace = poutine.trace(() => pyro.observe("x", dist.normal, 2, 0, 1, { infer })).getTrace();
    expect([trace.observation_nodes, number(trace.get("x")?.value as tf.Tensor)]).toEqual([["x"], 2]);
    expect(trace.nodes.get("x")).toMatchObject({ infer });
    const baseline = { baselineValue: 3 };
    const site = poutine.trace(() => pyro.observe("y", dist.Normal(0, 1), 2, { baseline })).getTrace();
    expect(site.nodes.get("y")).toMatchObject({ infer: { baseline } });
  },
  param() {
    const { positive } = dist.constraints;
    const value = pyro.param("scale", 2, { constraint: positive, eventDim: 0, tags: "mine" });
    expectClose(numbers(value), [2]);
    expectClose(numbers(pyro.getParamStore().getUnconstrained("scale")), [Math.log(2)]);
    expect(pyro.getParamStore().get_param_tags("scale")).toEqual(new Set(["mine"]));
    expect(numbers(pyro.param("scale"))).toEqual(numbers(value));
  },
  random_module() {
    const net = new pyro.nn.Linear(2, 1, { bias: false });
    const settings = { tags: "mine", updateModuleParams: false };
    const program = () => pyro.random_module("net", net, { weight: dist.Delta([[3], [4]]) }, settings)();
    const trace = poutine.trace(program).getTrace();
    expect(trace.stochastic_nodes).toEqual(["net$$$weight"]);
    expectClose(numbers(program().call([1, 2])), [11]);
  },
  sample() {
    const baseline = { baselineValue: 3 };
    const program = () => [
      pyro.sample("z", dist.normal, 5, 1e-6, { baseline, infer: { note: 1 } }),
      pyro.sample("x", dist.Normal(0, 1), { obs: 2 }),
    ];
    const trace = poutine.trace(program).getTrace();
    const [z, x] = (trace.nodes.get("_RETURN") as { value: [tf.Tensor, tf.Tensor] }).value;
    expectClose([number(z), number(x)], [5, 2]);
    expect([trace.stochastic_nodes, trace.observation_nodes]).toEqual([["z"], ["x"]]);
    expect(trace.nodes.get("z")).toMatchObject({ infer: { note: 1, baseline } });
  },
});
