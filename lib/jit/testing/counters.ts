/** Functions that count their own calls, wherever JavaScript lets them, and give another number from the eleventh on. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import * as tf from "@tensorflow/tfjs-core";
import * as exported from "./exported.ts";

export type Twist = (z: tf.Tensor) => tf.Tensor | number;

/** Another model from the eleventh call on: by then a step would have been compiled. */
export const late = (calls: number): number => (calls > 10 ? 5 : 1);

export class Hidden {
  #calls = 0;
  get calls(): number {
    return this.#calls;
  }
  get reader(): () => number {
    return () => this.#calls;
  }
  next(): number {
    return late(this.#calls++);
  }
  get arrow(): () => number {
    return () => this.next();
  }
}
export class Open {
  calls = 0;
  get reader(): () => number {
    return () => this.calls;
  }
  readonly inner = (() => {
    let n = 0;
    return () => n++;
  })();
  next(): number {
    return late(this.calls++);
  }
  get arrow(): () => number {
    return () => late(this.calls++);
  }
}
/** A module that exports `next`, which counts in a global variable that it does not export. */
function counterOfWebAssembly(): WebAssembly.Instance {
  const bytes = [
    [0, 97, 115, 109, 1, 0, 0, 0],
    [1, 5, 1, 96, 0, 1, 127],
    [3, 2, 1, 0],
    [6, 6, 1, 127, 1, 65, 0, 11],
    [7, 8, 1, 4, 110, 101, 120, 116, 0, 0],
    [10, 13, 1, 11, 0, 35, 0, 65, 1, 106, 36, 0, 35, 0, 11],
  ].flat();
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
}

/** Another number each time. */
const made = () => numbers++;
let numbers = 0;

class Static {
  static calls = 0;
  readonly next = (): number => late(Static.calls++);
}
class List {
  readonly #items: number[] = [];
  add(): number {
    return late(this.#items.push(1));
  }
}
class Row extends Array<number> {
  #calls = 0;
  next(): number {
    return late(this.#calls++);
  }
}
class Cells extends Float32Array {
  calls = 0;
}
const kept: object[] = [];
let moduleCalls = 0;
const world = globalThis as unknown as { calls: number };

export const counters: Record<string, () => Twist> = {
  "in an object": () => {
    const state = { calls: 0 };
    return () => late(state.calls++);
  },
  "deep in objects": () => {
    const state = { a: { b: [{ calls: 0 }] } };
    return () => late((state.a.b[0] as { calls: number }).calls++);
  },
  "in a private field": () => {
    const hidden = new Hidden();
    return () => hidden.next();
  },
  "in a field": () => {
    const open = new Open();
    return () => open.next();
  },
  "in a function that is a field": () => {
    const open = new Open();
    return () => late(open.inner());
  },
  "in `this` of an arrow function": () => new Open().arrow,
  "in a private field of that": () => new Hidden().arrow,
  "in a static field": () => {
    Static.calls = 0;
    return new Static().next;
  },
  "in a list in a private field": () => {
    const list = new List();
    return () => list.add();
  },
  "in a prototype": () => {
    class Proto {}
    const shared = Proto.prototype as { calls?: number };
    shared.calls = 0;
    const object = new Proto() as { calls: number };
    return () => {
      shared.calls = object.calls + 1;
      return late(object.calls);
    };
  },
  "in a generator": () => {
    const calls = (function* () {
      for (let i = 0; ; i++) yield late(i);
    })();
    return () => calls.next().value as number;
  },
  "in an iterator": () => {
    const calls = Array.from({ length: 1000 }, (_, i) => late(i)).values();
    return () => calls.next().value as number;
  },
  "in an element of a list": () => {
    const list = [0];
    return () => {
      list[0] = (list[0] as number) + 1;
      return late(list[0]);
    };
  },
  "in a list that goes round": () => {
    const queue = [...new Array<number>(10).fill(1), 5, 5, 5];
    return () => {
      const first = queue.shift() as number;
      queue.push(first);
      return first;
    };
  },
  "in a typed array": () => {
    const cells = new Float32Array(1);
    return () => {
      cells[0] = (cells[0] as number) + 1;
      return late(cells[0]);
    };
  },
  "in a map": () => {
    const map = new Map([["calls", 0]]);
    return () => {
      map.set("calls", (map.get("calls") as number) + 1);
      return late(map.get("calls") as number);
    };
  },
  "in a weak map": () => {
    const key = {};
    const map = new WeakMap([[key, 0]]);
    return () => {
      map.set(key, (map.get(key) as number) + 1);
      return late(map.get(key) as number);
    };
  },
  "in a set": () => {
    const set = new Set([0]);
    return () => {
      const [n = 0] = set;
      set.clear();
      set.add(n + 1);
      return late(n);
    };
  },
  "in a closure of a closure": () => {
    const next = (() => {
      let n = 0;
      return () => n++;
    })();
    return () => late(next());
  },
  "in a module": () => {
    moduleCalls = 0;
    return () => late(moduleCalls++);
  },
  "in a module that is imported as a whole": () => {
    exported.set(0);
    return () => late(exported.next());
  },
  "in what a module exports": () => {
    exported.set(0);
    return () => {
      exported.set(exported.calls + 1);
      return late(exported.calls);
    };
  },
  "in a member of a list": () => {
    const list = Object.assign([1, 2], { calls: 0 });
    return () => late(list.calls++);
  },
  "in a member of a map": () => {
    const map = Object.assign(new Map(), { calls: 0 });
    return () => late(map.calls++);
  },
  "in a private field of a list": () => {
    const row = new Row();
    return () => row.next();
  },
  "in a field of a typed array": () => {
    const cells = new Cells(2);
    return () => late(cells.calls++);
  },
  "in what an object inherits from": () => {
    const shared = { calls: 0 };
    const object = Object.create(shared) as { readonly calls: number };
    return () => {
      Object.getPrototypeOf(object).calls++;
      return late(object.calls);
    };
  },
  "behind a weak reference": () => {
    const state = { calls: 0 };
    const reference = new WeakRef(state);
    // Somebody else keeps it.
    kept.push(state);
    return () => late((reference.deref() as typeof state).calls++);
  },
  "in an iterator that another was made of": () => {
    type Helped = Iterator<number> & { map(f: (x: number) => number): Iterator<number> };
    const numbers = Array.from({ length: 1000 }, (_, i) => late(i)).values() as unknown as Helped;
    const calls = numbers.map((x) => x);
    return () => calls.next().value as number;
  },
  "in shared memory": () => {
    const memory = new SharedArrayBuffer(4);
    return () => late(Atomics.add(new Int32Array(memory), 0, 1));
  },
  "in a global of WebAssembly": () => {
    const calls = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
    return () => late(calls.value++);
  },
  "in the parameters of an address": () => {
    const parameters = new URLSearchParams("calls=0");
    return () => {
      parameters.set("calls", String(Number(parameters.get("calls")) + 1));
      return late(Number(parameters.get("calls")));
    };
  },
  "in a global": () => {
    world.calls = 0;
    return () => late(world.calls++);
  },
  "in a property of a function": () => {
    const twist = Object.assign(() => late(twist.calls++), { calls: 0 });
    return () => twist();
  },
  "under a symbol": () => {
    const key = Symbol("calls");
    const state = { [key]: 0 };
    return () => {
      state[key] = (state[key] as number) + 1;
      return late(state[key]);
    };
  },
  "in a property that is not enumerated": () => {
    const state = Object.defineProperty({} as { calls: number }, "calls", { value: 0, writable: true });
    return () => late(state.calls++);
  },
  "behind a getter": () => {
    let n = 0;
    const state = {
      get value() {
        return late(n++);
      },
    };
    return () => state.value;
  },
  "behind a proxy": () => {
    let n = 0;
    const proxy = new Proxy({} as { value: number }, { get: () => late(n++) });
    return () => proxy.value;
  },
  "behind a bound function": () => {
    function next(this: { calls: number }): number {
      return late(this.calls++);
    }
    const bound = next.bind({ calls: 0 });
    return () => bound();
  },
  "in a date": () => {
    const date = new Date(0);
    return () => late(date.setTime(date.getTime() + 1));
  },
  "in a regular expression": () => {
    const expression = /a/g;
    const text = "a".repeat(1000);
    return () => late(expression.exec(text)?.index ?? 0);
  },
  "in a string": () => {
    let text = "";
    return () => {
      text += "a";
      return late(text.length);
    };
  },
  "in a promise's callback": () => {
    let n = 0;
    return () => {
      void Promise.resolve().then(() => n++);
      return late(n);
    };
  },
  "in a tensor that is kept": () => {
    const state: { last?: tf.Tensor } = {};
    return (z) => {
      const last = state.last === undefined ? 0 : tf.mul(state.last, 0.1);
      state.last = tf.keep(tf.clone(z));
      return last;
    };
  },
  "in the environment": () => {
    const name = `TSPYRO_TEST_${made()}`;
    return () => {
      const calls = Number(process.env[name] ?? 0);
      process.env[name] = String(calls + 1);
      return late(calls);
    };
  },
  "in the environment under a name of its own": () => {
    const { env } = process;
    const name = `TSPYRO_TEST_${made()}`;
    return () => {
      env[name] = `${env[name] ?? ""}a`;
      return late(env[name].length);
    };
  },
  "on the process": () => {
    const host = process as unknown as Record<string, number>;
    const name = `test${made()}`;
    return () => {
      host[name] = (host[name] ?? 0) + 1;
      return late(host[name]);
    };
  },
  "on an object of JavaScript's": () => {
    const name = `test${made()}`;
    return () => {
      const host = Math as unknown as Record<string, number>;
      host[name] = (host[name] ?? 0) + 1;
      return late(host[name]);
    };
  },
  "on a tensor": () => {
    const tensor: tf.Tensor & { calls?: number } = tf.keep(tf.scalar(1));
    return () => {
      tensor.calls = (tensor.calls ?? 0) + 1;
      return late(tensor.calls);
    };
  },
  "on a tensor, behind a symbol": () => {
    const calls = Symbol("calls");
    const tensor = tf.keep(tf.scalar(1)) as tf.Tensor & { [calls]?: { n: number } };
    tensor[calls] = { n: 0 };
    return () => {
      const state = tensor[calls] as { n: number };
      return late(state.n++);
    };
  },
  "on a variable": () => {
    const variable: tf.Variable & { calls?: number } = tf.variable(tf.scalar(1));
    variable.calls = 0;
    return () => {
      variable.calls = (variable.calls ?? 0) + 1;
      return late(variable.calls);
    };
  },
  "in WebAssembly": () => {
    const { next } = counterOfWebAssembly().exports as { next: () => number };
    return () => late(next());
  },
  "in an instance of WebAssembly": () => {
    const instance = counterOfWebAssembly();
    return () => late((instance.exports.next as () => number)());
  },
  "in a table of WebAssembly": () => {
    const table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
    table.set(0, counterOfWebAssembly().exports.next);
    return () => late((table.get(0) as () => number)());
  },
  "in a store of Node's": () => {
    const storage = new AsyncLocalStorage<{ n: number }>();
    const count = { n: 0 };
    storage.enterWith(count);
    return () => late((storage.getStore() ?? count).n++);
  },
  "in the listeners of an emitter": () => {
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    return () => {
      emitter.on("x", () => {});
      return late(emitter.listenerCount("x"));
    };
  },
  "in an object of the host's": () => {
    const headers = new Headers();
    return () => {
      headers.append("a", "1");
      return late(headers.get("a")?.length ?? 0);
    };
  },
  "in a variable of evaluated code": () => {
    // biome-ignore lint/security/noGlobalEval: the trap
    const next = eval("(() => { let n = 0; return () => n++; })()") as () => number;
    return () => late(next());
  },
  "in the arguments of the function around it": () =>
    function (this: unknown, _first: number) {
      // biome-ignore lint/complexity/noArguments: the trap
      return () => late(arguments[0]++);
    }.call(undefined, 0),
  "on one of tfjs's functions": () => {
    const add = tf.add as unknown as Record<string, number>;
    const name = `test${made()}`;
    return () => {
      add[name] = (add[name] ?? 0) + 1;
      return late((tf.add as unknown as typeof add)[name] ?? 0);
    };
  },
  "on what tensors inherit": () => {
    const name = `test${made()}`;
    const { Tensor } = tf;
    return () => {
      const inherited = Tensor.prototype as unknown as Record<string, number>;
      inherited[name] = (inherited[name] ?? 0) + 1;
      return late(inherited[name]);
    };
  },
  "on what arrays inherit": () => {
    const symbol = Symbol("calls");
    return () => {
      const inherited = Array.prototype as unknown as Record<symbol, number>;
      inherited[symbol] = (inherited[symbol] ?? 0) + 1;
      return late(inherited[symbol]);
    };
  },
  "on a number's object": () => {
    const number = Object.assign(Object(1), { calls: 0 }) as { calls: number };
    return () => late(number.calls++);
  },
  "in a flag of tfjs's": () => {
    const flag = `TSPYRO_TEST_${made()}`;
    tf.env().registerFlag(flag, () => 0);
    return () => {
      const calls = tf.env().getNumber(flag);
      tf.env().set(flag, calls + 1);
      return late(calls);
    };
  },
};
