import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { param, plate, sample } from "../primitives.ts";
import * as poutine from "./index.ts";
import type { Message } from "./message.ts";

const { activeHandlers, clearStack, Messenger, Poutine, trace } = poutine;

class Note extends Messenger {
  readonly label: string;
  readonly log: string[];
  readonly stops: boolean;
  constructor(label: string, log: string[], stops = false) {
    super();
    this.label = label;
    this.log = log;
    this.stops = stops;
  }
  override processMessage(msg: Message): undefined {
    this.log.push(`${this.label} in`);
    msg.stop = this.stops;
  }
  override postprocessMessage(): void {
    this.log.push(`${this.label} out`);
  }
}

const z = () => sample("z", dist.Normal(0, 1));

afterEach(() => clearStack());

describe("applyStack", () => {
  test("asks from the innermost outwards, and tells from the outermost inwards", () => {
    const log: string[] = [];
    new Note("outer", log).run(() => new Note("inner", log).run(z));
    expect(log).toEqual(["inner in", "outer in", "outer out", "inner out"]);
  });

  test("a stopped message does not reach the handlers outside, on neither way", () => {
    const log: string[] = [];
    const outer = new Note("outer", log);
    outer.run(() => new Note("middle", log, true).run(() => new Note("inner", log).run(z)));
    expect(log).toEqual(["inner in", "middle in", "middle out", "inner out"]);
  });

  test("sample and param need no handler", () => {
    expect(z().shape).toEqual([]);
    expect(param("stack-test", [1, 2]).dataSync()).toEqual(Float32Array.of(1, 2));
  });
});

describe("handlers", () => {
  test("are functions, with their prototypes", () => {
    const traced = trace((a: number, b: number) => a + b);
    expect(typeof traced).toBe("function");
    expect(traced).toBeInstanceOf(poutine.TracePoutine);
    expect(traced).toBeInstanceOf(Poutine);
    expect(traced(1, 2)).toBe(3);
    expect(traced.call(null, 1, 2)).toBe(3);
    expect(new Poutine((x: number) => 2 * x)(4)).toBe(8);
  });

  test("without a function are scopes", () => {
    const scope = trace(null);
    scope.run(z);
    expect(scope.getTrace().stochasticNodes).toEqual(["z"]);
    expect(() => scope()).toThrow(/made without a function/);
  });

  test("handle wraps a function", () => {
    const log: string[] = [];
    expect(new Note("n", log).handle((a: number) => [z(), a][1])(5)).toBe(5);
    expect(log).toEqual(["n in", "n out"]);
  });

  test("entered twice are an error", () => {
    const scope = poutine.scale(null, { scale: 2 });
    expect(() => scope.run(() => scope.run(z))).toThrow(/entered twice/);
    expect(activeHandlers()).toEqual([]);
  });
});

const failures: Record<string, () => unknown> = {
  "an error in the model": () => {
    throw new Error("boom");
  },
  "an error that is no Error": () => {
    throw "boom";
  },
  "an error in a plate": () => plate("p", 3, () => sample("x", dist.Normal(tf.zeros([2]), 1))),
  "an error in a sequential plate": () => {
    for (const _ of plate("p", 3)) throw new Error("boom");
  },
  "a duplicate site": () => [z(), z()],
  "a promise": async () => z(),
  "a scope that is left by an iterator that is never finished": () => {
    plate("p", 3)[Symbol.iterator]().next();
    throw new Error("boom");
  },
  "a non-local exit": () => poutine.escape(z, { escapeFn: () => true })(),
};

describe("the stack is empty after", () => {
  test.each(Object.entries(failures))("%s", (_name, model) => {
    const run = trace(poutine.scale(poutine.block(model, { exposeAll: true }), { scale: 2 }));
    expect(() => run()).toThrow();
    expect(activeHandlers()).toEqual([]);
  });

  test("a loop over a plate that is left early", () => {
    for (const i of plate("p", 3)) if (i === 1) break;
    expect(activeHandlers()).toEqual([]);
  });
});

test("a model that returns a promise is refused, and its rejection is nobody's surprise", async () => {
  const model = async () => {
    z();
    throw new Error("later");
  };
  expect(() => trace(model)()).toThrow(/returned a Promise[\s\S]*synchronous[\s\S]*await the data first/);
  await new Promise((resolve) => setTimeout(resolve, 5));
});
