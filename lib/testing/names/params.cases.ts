import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, numbers, of } from "./calls.cases.ts";

/** A store with two parameters, `a` of which carries a tag of its own. */
function filled(): pyro.ParamStoreDict {
  const store = new pyro.params.ParamStoreDict();
  store.get_param("a", tf.tensor1d([1, 2]), ["default", "mine"]);
  store.get_param("b", 3);
  return store;
}

export const params: Calls = of("pyro.params.param_store.ParamStoreDict", {
  ""() {
    const store = new pyro.params.ParamStoreDict();
    expect([store.size, filled().size]).toEqual([0, 2]);
    expect(pyro.getParamStore()).toBeInstanceOf(pyro.params.ParamStoreDict);
  },
  ".clear"() {
    const store = filled();
    store.clear();
    expect(store.get_all_param_names()).toEqual([]);
  },
  ".delete_tag"() {
    const store = filled();
    store.delete_tag("mine");
    expect(store.get_param_tags("a")).toEqual(new Set(["default"]));
  },
  ".get_active_params"() {
    const store = filled();
    store.mark_params_active(["a", "b"]);
    expect(store.get_active_params().size).toBe(2);
    expect([...store.get_active_params("mine")]).toEqual([store.getUnconstrained("a")]);
    expect(store.get_active_params(["none"]).size).toBe(0);
  },
  ".get_all_param_names"() {
    expect(filled().get_all_param_names()).toEqual(["a", "b"]);
  },
  ".get_param"() {
    const store = filled();
    expect(numbers(store.get_param("a"))).toEqual([1, 2]);
    expect(numbers(store.get_param("c", tf.scalar(4), "mine"))).toEqual([4]);
    expect(store.get_param_tags("c")).toEqual(new Set(["mine"]));
    expect(numbers(store.get_param("c", 5))).toEqual([4]);
  },
  ".get_param_tags"() {
    expect(filled().get_param_tags("a")).toEqual(new Set(["default", "mine"]));
  },
  ".get_state"() {
    expect(
      filled()
        .get_state()
        .params.map(({ name }) => name),
    ).toEqual(["a", "b"]);
  },
  ".set_state"() {
    const store = new pyro.params.ParamStoreDict();
    expect(store.set_state(filled().get_state()).created).toEqual(["a", "b"]);
    expect(numbers(store.get_param("a"))).toEqual([1, 2]);
    expect(store.get_param_tags("a")).toEqual(new Set(["default", "mine"]));
  },
  ".save": throughFile,
  ".load": throughFile,
  ".mark_params_active"() {
    const store = filled();
    store.mark_params_active([store.get_param("b")]);
    expect([...store.get_active_params()]).toEqual([store.getUnconstrained("b")]);
  },
  ".mark_params_inactive"() {
    const store = filled();
    store.mark_params_active(["a", "b"]);
    store.mark_params_inactive(["b"]);
    expect([...store.get_active_params()]).toEqual([store.getUnconstrained("a")]);
  },
  ".named_parameters"() {
    const store = filled();
    expect([...store.named_parameters()]).toEqual([
      ["a", store.getUnconstrained("a")],
      ["b", store.getUnconstrained("b")],
    ]);
  },
  ".param_name"() {
    const store = filled();
    expect(store.param_name(store.get_param("b"))).toBe("b");
    expect(store.param_name(tf.scalar(3))).toBeUndefined();
  },
  ".replace_param"() {
    const store = filled();
    store.replace_param("a", tf.tensor1d([7, 8, 9]), store.get_param("a"));
    expect(numbers(store.get_param("a"))).toEqual([7, 8, 9]);
    expect(() => store.replace_param("a", 1, store.get_param("b"))).toThrow(/"a"/);
  },
  ".tag_params"() {
    const store = filled();
    store.tag_params(["a", "b"], "slow");
    store.tag_params("b", ["x", "y"]);
    expect(store.get_param_tags("b")).toEqual(new Set(["default", "slow", "x", "y"]));
  },
  ".untag_params"() {
    const store = filled();
    store.untag_params("a", ["mine"]);
    expect(store.get_param_tags("a")).toEqual(new Set(["default"]));
  },
});

function throughFile(): void {
  const folder = mkdtempSync(join(tmpdir(), "tspyro-names-"));
  try {
    const file = join(folder, "params.json");
    filled().save(file);
    const store = new pyro.params.ParamStoreDict();
    store.load(file);
    expect(numbers(store.get_param("a"))).toEqual([1, 2]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
