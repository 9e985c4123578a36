/** Counters that stand in objects of JavaScript's, of Node's and of tfjs's, and outside of JavaScript. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import * as files from "node:fs";
import fs, { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { late, type Twist } from "./twist.ts";

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

/** An empty file: one for each of the processes that test at the same time. */
function emptyFile(): string {
  const name = `.cache/tests/counter${process.env.VITEST_POOL_ID ?? ""}.txt`;
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, "");
  return name;
}

export const countersOfHost: Record<string, () => Twist> = {
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
  "on a tensor's shape": () => {
    const { shape } = tf.keep(tf.ones([2, 3]));
    const counted = Object.assign(shape, { calls: 0 });
    return () => late(counted.calls++);
  },
  "on the shape of a captured tensor": () => {
    const tensor = tf.keep(tf.ones([2, 3]));
    Object.assign(tensor.shape, { calls: 0 });
    return () => late((tensor.shape as unknown as { calls: number }).calls++);
  },
  "on where a tensor's values are kept": () => {
    const tensor = tf.keep(tf.ones([2]));
    Object.assign(tensor.dataId, { calls: 0 });
    return () => late((tensor.dataId as unknown as { calls: number }).calls++);
  },
  "in a file": () => {
    const name = emptyFile();
    return () => {
      const text = readFileSync(name, "utf8");
      writeFileSync(name, `${text}a`);
      return late(text.length);
    };
  },
  "in a file, by the module": () => {
    const name = emptyFile();
    return () => {
      fs.appendFileSync(name, "a");
      return late(fs.statSync(name).size);
    };
  },
  "in a file, by all that the module exports": () => {
    const name = emptyFile();
    return () => {
      files.appendFileSync(name, "a");
      return late(files.statSync(name).size);
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
