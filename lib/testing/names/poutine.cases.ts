import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, expectClose, number, numbers, of } from "./calls.cases.ts";

const { dist, poutine } = pyro;

/** A latent site that carries gradients, one that does not, an observation and a parameter. */
const model = (x = 2) => {
  const loc = pyro.param("loc", 0);
  const a = pyro.sample("a", dist.normal, loc, 1);
  const b = pyro.sample("b", dist.bernoulli, 0.5);
  pyro.observe("x", dist.normal, x, tf.add(a, b), 1);
  return a;
};
const sitesOf = (program: () => unknown) => {
  const trace = new poutine.TracePoutine(program).get_trace();
  return [...trace.nodes.keys()].filter((name) => !name.startsWith("_"));
};
const traced = () => new poutine.TracePoutine(model).get_trace();
const valueIn = (trace: pyro.Trace, site: string) => number(trace.get(site)?.value as tf.Tensor);
const LOG_ROOT = 0.5 * Math.log(2 * Math.PI);
/** Density of `model` at a = 1, b = 1, x = 2: N(1; 0, 1), 1/2, N(2; 2, 1). */
const fixed = () => new poutine.TracePoutine(poutine.condition(model, { data: { a: 1, b: 1 } })).get_trace();
const LOG_PDF = { a: -LOG_ROOT - 0.5, b: -Math.LN2, x: -LOG_ROOT };
const TOTAL = LOG_PDF.a + LOG_PDF.b + LOG_PDF.x;

const frame = () => new poutine.CondIndepStackFrame("data", 2, false);
const site = (name: string): pyro.poutine.SampleSite => {
  const found = traced().get("a") as pyro.poutine.SampleSite;
  return { ...found, name };
};

const handlers: Calls = {
  "poutine.Poutine"() {
    const same = new poutine.Poutine(() => model());
    expect(sitesOf(same)).toEqual(sitesOf(model));
  },
  "block_poutine.BlockPoutine"() {
    const seen = (options: pyro.poutine.BlockOptions) => sitesOf(new poutine.BlockPoutine(model, options));
    expect(seen({})).toEqual([]);
    expect(seen({ hideAll: true, expose: ["a"] })).toEqual(["a"]);
    expect(seen({ exposeAll: true, hideAll: false, hide: ["a"] })).toEqual(["loc", "b", "x"]);
    expect(seen({ hideTypes: ["observe"] })).toEqual(["loc", "a", "b"]);
    expect(seen({ exposeTypes: ["param"] })).toEqual(["loc"]);
  },
  "condition_poutine.ConditionPoutine"() {
    const trace = new poutine.TracePoutine(new poutine.ConditionPoutine(model, { a: 5 })).get_trace();
    expect([valueIn(trace, "a"), trace.observation_nodes]).toEqual([5, ["a", "x"]]);
  },
  "escape_poutine.EscapePoutine"() {
    const leaving = new poutine.EscapePoutine(model, ({ name }) => name === "b");
    expect(() => leaving()).toThrow(poutine.NonlocalExit);
    expect(() => new poutine.EscapePoutine(model, () => false)()).not.toThrow();
  },
  "util.NonlocalExit"() {
    const leaving = poutine.escape(model, { escapeFn: ({ name }) => name === "b" });
    let met: unknown;
    try {
      leaving();
    } catch (error) {
      met = error;
    }
    expect(met).toBeInstanceOf(poutine.NonlocalExit);
    expect((met as pyro.NonlocalExit).site.name).toBe("b");
  },
  "indep_poutine.IndepPoutine"() {
    const inside = new poutine.IndepPoutine(model, "data", true);
    const stack = (new poutine.TracePoutine(inside).get_trace().get("a") as pyro.poutine.SampleSite)
      .condIndepStack;
    expect(stack).toMatchObject([{ name: "data", counter: 0, vectorized: true }]);
    expect(stack[0]).toBeInstanceOf(poutine.CondIndepStackFrame);
  },
  "indep_poutine.CondIndepStackFrame"() {
    expect(frame()).toMatchObject({ name: "data", counter: 2, vectorized: false });
  },
  "indep_poutine.CondIndepStackFrame.name": () => expect(frame().name).toBe("data"),
  "indep_poutine.CondIndepStackFrame.counter": () => expect(frame().counter).toBe(2),
  "indep_poutine.CondIndepStackFrame.vectorized": () => expect(frame().vectorized).toBe(false),
  "lift_poutine.LiftPoutine"() {
    const by = (prior: ConstructorParameters<typeof poutine.LiftPoutine>[1]) =>
      new poutine.TracePoutine(new poutine.LiftPoutine(model, prior)).get_trace();
    expect(by({ loc: dist.Delta(7) }).stochastic_nodes).toEqual(["loc", "a", "b"]);
    expect(valueIn(by(dist.Delta(7)), "loc")).toBe(7);
    expect(valueIn(by({ prior: { loc: () => tf.scalar(6) } }), "loc")).toBe(6);
  },
  "replay_poutine.ReplayPoutine"() {
    const past = traced();
    const again = new poutine.TracePoutine(new poutine.ReplayPoutine(model, past)).get_trace();
    expect(valueIn(again, "a")).toBe(valueIn(past, "a"));
    const other = () => pyro.sample("z", dist.normal, 0, 1);
    const sites = { z: "a" };
    expect(number(new poutine.ReplayPoutine(other, past, sites)())).toBe(valueIn(past, "a"));
  },
  "scale_poutine.ScalePoutine"() {
    const scaled = new poutine.ScalePoutine(poutine.condition(model, { data: { a: 1, b: 1 } }), 3);
    expectClose([number(new poutine.TracePoutine(scaled).get_trace().log_pdf())], [3 * TOTAL]);
  },
};

const structure: Calls = {
  "trace.Trace"() {
    expect(new poutine.Trace({ graphType: "dense" }).graph_type).toBe("dense");
    expect(new poutine.Trace().nodes.size).toBe(0);
  },
  "trace.Trace.add_node"() {
    const trace = new poutine.Trace();
    trace.add_node("z", site("z"));
    expect(trace.has("z")).toBe(true);
    expect(() => trace.add_node("z", site("z"))).toThrow(/"z" appears twice/);
  },
  "trace.Trace.batch_log_pdf"() {
    expectClose(numbers(fixed().batch_log_pdf()), [TOTAL]);
    expectClose(numbers(fixed().batch_log_pdf((name) => name === "x")), [LOG_PDF.x]);
  },
  "trace.Trace.compute_batch_log_pdf"() {
    const trace = fixed();
    trace.compute_batch_log_pdf((name) => name === "a");
    const { a, b } = { a: trace.get("a"), b: trace.get("b") } as Record<string, pyro.poutine.SampleSite>;
    expectClose(numbers(a?.batchLogPdf as tf.Tensor), [LOG_PDF.a]);
    expectClose(numbers(a?.logPdf as tf.Tensor), [LOG_PDF.a]);
    expect(b?.batchLogPdf).toBeUndefined();
  },
  "trace.Trace.log_pdf"() {
    expectClose(numbers(fixed().log_pdf()), [TOTAL]);
    expectClose(numbers(fixed().log_pdf((name) => name !== "a")), [LOG_PDF.b + LOG_PDF.x]);
  },
  "trace.Trace.log_prob_sum": () => expectClose(numbers(fixed().log_prob_sum()), [TOTAL]),
  "trace.Trace.copy"() {
    const trace = new poutine.TracePoutine(model, "dense").get_trace();
    const copy = trace.copy();
    copy.removeNode("a");
    expect([copy.has("a"), trace.has("a"), copy.graph_type]).toEqual([false, true, "dense"]);
    expect(trace.copy().edges).toEqual(trace.edges);
  },
  "trace.Trace.node_dict_factory"() {
    expect(traced().nodes).toBeInstanceOf(traced().node_dict_factory);
  },
  "trace.Trace.nodes"() {
    expect([...traced().nodes.keys()]).toEqual(["_INPUT", "loc", "a", "b", "x", "_RETURN"]);
  },
  "trace.Trace.nodes.unconstrained"() {
    const loc = traced().nodes.get("loc") as pyro.poutine.ParamSite;
    expect(loc.unconstrained).toBe(pyro.getParamStore().getUnconstrained("loc"));
  },
  "trace.Trace.nodes.cond_indep_stack"() {
    const program = () => pyro.iarange("data", 3, () => pyro.sample("z", dist.normal, 0, 1));
    const z = new poutine.TracePoutine(program).get_trace().nodes.get("z") as pyro.poutine.SampleSite;
    expect(z.condIndepStack).toMatchObject([{ name: "data", vectorized: true }]);
  },
  "trace.Trace.__contains__"() {
    expect([traced().has("a"), traced().has("other")]).toEqual([true, false]);
  },
  "trace.Trace.graph_type": () => expect(traced().graph_type).toBe("flat"),
  "trace.Trace.stochastic_nodes": () => expect(traced().stochastic_nodes).toEqual(["a", "b"]),
  "trace.Trace.observation_nodes": () => expect(traced().observation_nodes).toEqual(["x"]),
  "trace.Trace.reparameterized_nodes": () => expect(traced().reparameterized_nodes).toEqual(["a"]),
  "trace.Trace.nonreparam_stochastic_nodes"() {
    expect(traced().nonreparam_stochastic_nodes).toEqual(["b"]);
  },
};

const tracing: Calls = {
  trace() {
    expect(poutine.trace(model)).toBeInstanceOf(poutine.TracePoutine);
    expect(poutine.trace(model).get_trace().stochastic_nodes).toEqual(["a", "b"]);
  },
  "trace_poutine.TracePoutine"() {
    const tracer = new poutine.TracePoutine(model, "dense");
    expect([tracer.graph_type, number(tracer())]).toEqual(["dense", valueIn(tracer.trace, "a")]);
  },
  "trace_poutine.TracePoutine.get_trace"() {
    const trace = new poutine.TracePoutine(model).get_trace(9);
    expect(valueIn(trace, "x")).toBe(9);
  },
  "trace_poutine.identify_dense_edges"() {
    const trace = traced();
    expect(trace.edges).toEqual([]);
    pyro.identify_dense_edges(trace);
    expect(trace.edges).toEqual([
      ["a", "b"],
      ["a", "x"],
      ["b", "x"],
    ]);
  },
  "trace_poutine.get_vectorized_map_data_info"() {
    const program = () => pyro.iarange("data", 3, () => pyro.sample("z", dist.normal, 0, 1));
    const info = pyro.get_vectorized_map_data_info(new poutine.TracePoutine(program).get_trace());
    expect([info.raoBlackwellizable, [...info.nodes]]).toEqual([true, [["data", ["z"]]]]);
  },
};

export const poutines: Calls = of("pyro.poutine.", { ...handlers, ...structure, ...tracing });
