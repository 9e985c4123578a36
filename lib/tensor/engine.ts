/**
 * tfjs's engine without its detours. An eager step on small tensors is some hundreds of kernels of which each computes
 * next to nothing, so what it costs is what tfjs 4.22 does around them: a closure and a scope for each, names put
 * together to look up a kernel, a copy with a history of its own for each tensor that a gradient will need, and a
 * search through the tape that looks at every parameter for every input of every kernel. Here the same is done
 * with the same results and the same errors; wherever something special is asked for (profiling, debugging, gradients
 * of gradients) tfjs's own code goes on to do it.
 */
import * as tf from "@tensorflow/tfjs-core";
import { backward, connecting, type TapeNode } from "./tape.ts";

type Inputs = tf.NamedTensorMap;

interface Scope {
  readonly id: number;
  readonly track: tf.Tensor[];
}

interface State {
  gradientDepth: number;
  kernelDepth: number;
  readonly profiling: boolean;
  activeTape: TapeNode[] | null;
  activeScope: Scope | null;
  readonly scopeStack: Scope[];
}

/** What is used of tfjs's engine, some of which its types keep to themselves. */
export interface Engine {
  readonly state: State;
  readonly ENV: { getBool(flag: string): boolean };
  readonly backend: tf.KernelBackend;
  readonly backendName: string | null;
  runKernel(name: string, inputs: Inputs, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[];
  clone(x: tf.Tensor): tf.Tensor;
  startScope(name?: string): void;
  endScope(result?: tf.TensorContainer): void;
  tidy(nameOrFn: unknown, fn?: () => tf.TensorContainer): tf.TensorContainer;
  track(x: tf.Tensor): tf.Tensor;
  startTape(): void;
  endTape(): void;
  keep(x: tf.Tensor): tf.Tensor;
  makeTensorFromTensorInfo(info: tf.TensorInfo): tf.Tensor;
  getTensorsForGradient(name: string, inputs: Inputs, outputs: tf.Tensor[]): tf.Tensor[];
  addTapeNode(
    name: string,
    inputs: Inputs,
    outputs: tf.Tensor[],
    gradient: null,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap | undefined,
  ): void;
  gradients(
    f: () => tf.Tensor,
    xs: readonly tf.Tensor[],
    dy: tf.Tensor | null | undefined,
    allowNoGradients?: boolean,
  ): { value: tf.Tensor; grads: (tf.Tensor | undefined)[] };
}

const NAMES = ["runKernel", "clone", "endScope", "tidy", "gradients"] as const;
type Quick = Pick<Engine, (typeof NAMES)[number]>;

/** Puts them in place for the whole process. @returns what puts tfjs's own back */
export function quickenEngine(): () => void {
  const prototype = Object.getPrototypeOf(tf.engine()) as Engine;
  const own = Object.fromEntries(NAMES.map((name) => [name, prototype[name]])) as unknown as Quick;
  Object.assign(prototype, quickMethods(own));
  return () => {
    Object.assign(prototype, own);
  };
}

function quickMethods(slow: Quick): Quick & ThisType<Engine> {
  const find = kernelFinder();
  return {
    runKernel(name, inputs, attrs) {
      const { state, ENV } = this;
      const kernel = find(name, this.backendName);
      if (kernel === undefined || state.profiling || ENV.getBool("DEBUG") || ENV.getBool("IS_TEST")) {
        return slow.runKernel.call(this, name, inputs, attrs);
      }
      const taped = state.gradientDepth > 0 && state.kernelDepth === 0;
      let saved: tf.Tensor[] = [];
      let many = false;
      const outputs: tf.Tensor[] = [];
      state.kernelDepth++;
      try {
        const made = kernel.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend: this.backend });
        many = Array.isArray(made);
        for (const info of (many ? made : [made]) as tf.TensorInfo[]) {
          // Some kernels return tensors that are tracked already.
          const whole = (info as tf.Tensor).rank !== undefined;
          outputs.push(whole ? (info as tf.Tensor) : this.makeTensorFromTensorInfo(info));
        }
        if (taped) {
          const needed = this.getTensorsForGradient(name, inputs, outputs);
          saved = needed.map((tensor) => this.keep(this.clone(tensor)));
        }
      } finally {
        state.kernelDepth--;
      }
      if (taped) this.addTapeNode(name, inputs, outputs, null, saved, attrs);
      return many ? outputs : (outputs[0] as tf.Tensor);
    },

    /** A copy that a gradient will need. Only gradients of gradients need to know where it comes from. */
    clone(x) {
      const kernel = find("Identity", this.backendName);
      if (kernel === undefined || this.state.gradientDepth !== 1) return slow.clone.call(this, x);
      const info = kernel.kernelFunc({ inputs: { x }, attrs: {} as tf.NamedAttrMap, backend: this.backend });
      return this.makeTensorFromTensorInfo(info as tf.TensorInfo);
    },

    endScope(result) {
      const { state } = this;
      const scope = state.activeScope;
      const one = result instanceof tf.Tensor ? result : undefined;
      const none = result === undefined || result === null || typeof result !== "object";
      if (scope === null || (one === undefined && !none)) return slow.endScope.call(this, result);
      for (const tensor of scope.track) {
        if (!tensor.kept && tensor.id !== one?.id) tensor.dispose();
      }
      const { scopeStack } = state;
      scopeStack.pop();
      state.activeScope = scopeStack[scopeStack.length - 1] ?? null;
      if (one !== undefined && !one.kept && one.scopeId === scope.id) this.track(one);
    },

    tidy(nameOrFn, fn) {
      const [name, run] = typeof nameOrFn === "function" ? [undefined, nameOrFn] : [nameOrFn, fn];
      if (typeof run !== "function" || (name !== undefined && typeof name !== "string")) {
        return slow.tidy.call(this, nameOrFn, fn);
      }
      this.startScope(name);
      let result: tf.TensorContainer;
      try {
        result = run() as tf.TensorContainer;
        if ((result as unknown) instanceof Promise) console.error("Cannot return a Promise inside of tidy.");
      } catch (error) {
        this.endScope();
        throw error;
      }
      this.endScope(result);
      return result;
    },

    gradients(f, xs, dy, allowNoGradients = false) {
      // What is wrong with the arguments tfjs says itself.
      if (xs.length === 0 || (dy && dy.dtype !== "float32")) {
        return slow.gradients.call(this, f, xs, dy, allowNoGradients);
      }
      this.startTape();
      let y: tf.Tensor;
      try {
        y = this.tidy("forward", f) as tf.Tensor;
      } finally {
        this.endTape();
      }
      if (!(y instanceof tf.Tensor)) throw new Error("The result y returned by f() must be a tensor.");
      const tape = this.state.activeTape ?? [];
      const nodes = connecting(tape, xs, y);
      if (!allowNoGradients && nodes.length === 0) {
        throw new Error(
          "Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all " +
            "operations that lead from x to y.",
        );
      }
      const grads = this.tidy("backward", () => {
        const { grads: found, shared } = backward(this, nodes, y, dy ?? undefined);
        const grads = xs.map(({ id }) => {
          const grad = found.get(id);
          // Whoever gets one may dispose of it.
          return grad !== undefined && shared.has(grad.id) ? tf.clone(grad) : grad;
        });
        if (this.state.gradientDepth === 0) {
          for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
          this.state.activeTape = null;
        }
        return grads as tf.Tensor[];
      }) as (tf.Tensor | undefined)[];
      return { value: y, grads };
    },
  };
}

/** Looks kernels up in tfjs's own registry, by keys that are put together once. */
function kernelFinder(): (name: string, backend: string | null) => tf.KernelConfig | undefined {
  const globals = (globalThis as unknown as { _tfGlobals: Map<string, Map<string, tf.KernelConfig>> })
    ._tfGlobals;
  const registry = globals.get("kernelRegistry") as Map<string, tf.KernelConfig>;
  const keys = new Map<string | null, Map<string, string>>();
  return (name, backend) => {
    let ofBackend = keys.get(backend);
    if (ofBackend === undefined) {
      ofBackend = new Map();
      keys.set(backend, ofBackend);
    }
    let key = ofBackend.get(name);
    if (key === undefined) {
      key = `${backend}_${name}`;
      ofBackend.set(name, key);
    }
    return registry.get(key);
  };
}
