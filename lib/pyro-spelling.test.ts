import { afterEach, expect, expectTypeOf, test } from "vitest";
import { clearParamStore, dist, getParamStore, type ParamStoreDict, param } from "./index.ts";
import { type SnakeCase, snakeCase, spellAsPyro } from "./pyro-spelling.ts";

afterEach(() => clearParamStore());

test("a member's spelling is the same in types and at run time", () => {
  expectTypeOf<SnakeCase<"nonreparamStochasticNodes">>().toEqualTypeOf<"nonreparam_stochastic_nodes">();
  expect(snakeCase("nonreparamStochasticNodes")).toBe("nonreparam_stochastic_nodes");
  expect(snakeCase("step")).toBe("step");
});

test("both spellings are one member, typed alike", () => {
  param("loc", [1, 2]);
  const store = getParamStore();
  expect([...store.get_param("loc").dataSync()]).toEqual([1, 2]);
  expect(store.get_all_param_names()).toEqual(store.getAllParamNames());
  expectTypeOf(store.get_param).toEqualTypeOf<ParamStoreDict["getParam"]>();
  expect(Object.keys(store)).not.toContain("get_param");
});

test("a member that a subclass or an object overrides counts under both", () => {
  class Base {
    twoWords(): string {
      return "base";
    }
  }
  class Derived extends Base {
    override twoWords(): string {
      return "derived";
    }
  }
  spellAsPyro(Base.prototype, ["twoWords"]);
  expect((new Derived() as unknown as { two_words(): string }).two_words()).toBe("derived");
});

test("Pyro's spelling of the shapes has the manual's form: functions, where the last axis of numbers is their event", () => {
  const d = dist.Normal([[0, 0, 0]], 1);
  expect([d.batchShape, d.eventShape, d.eventDim]).toEqual([[1, 3], [], 0]);
  expect([d.batch_shape(), d.event_shape(), d.event_dim()]).toEqual([[1], [3], 1]);
  const x = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect(d.batch_shape(x)).toEqual([2]);
  expect(d.batch_log_pdf(x).shape).toEqual([...d.batch_shape(x), 1]);
  expect(dist.normal.batch_shape(x, [[0, 0, 0]], 1)).toEqual([2]);
});
