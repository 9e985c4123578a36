/** Functions that count their own calls, wherever JavaScript lets them, and give another number from the eleventh on. */
import * as tf from "@tensorflow/tfjs-core";
import { countersOfHost } from "./counters-of-host.ts";
import * as exported from "./exported.ts";
import { late, type Twist } from "./twist.ts";

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
  "on a number's object": () => {
    const number = Object.assign(Object(1), { calls: 0 }) as { calls: number };
    return () => late(number.calls++);
  },
  ...countersOfHost,
};
