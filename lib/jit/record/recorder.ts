/**
 * Listens to tfjs while a step runs, and writes down what it computes.
 *
 * Everything that computes with tensors goes through the engine's `runKernel`, gradients included; host values come
 * in by `makeTensor` and go out by `readSync`. For the time of a record these are shadowed on the engine itself: the
 * step runs as it always does, on the backend that is chosen, and its results are real. So a recorded step *is* a
 * step. What cannot be compiled is noted (`refusal`), and the step goes on to its end unheard: nothing is lost.
 *
 * Tensors are told apart by their own number, not by their data's: a variable and the tensor that it was made from
 * share data, and only one of them will change.
 */
import * as tf from "@tensorflow/tfjs-core";
import { restoring } from "../../restoring.ts";
import { getRngState } from "../../tensor/index.ts";
import type { Call, Graph, Origin, Use, Value } from "../graph.ts";
import { Refusal, refuse } from "../refusal.ts";
import { hearSources, LATER, SETS_FLAG, SETS_SEED } from "./host-sources.ts";
import { hearShown } from "./shown.ts";
import { HeardIds } from "./tensor-ids.ts";

/** Kernels whose result has the numbers of their input, in its order. */
const ALIASES = new Set(["Identity", "Reshape", "ExpandDims"]);
/** Kernels whose output's shape depends on values. */
const DYNAMIC = /^(Where|Unique|NonMaxSuppression|SparseFillEmptyRows|SparseReshape|String|Ragged)/;

const INSTEAD = "draw with pyro.sample, or pass it as an argument";

type Engine = ReturnType<typeof tf.engine>;
interface Tracks {
  trackTensor(this: Engine, tensor: tf.Tensor, backend: unknown): void;
}
type Inputs = Record<string, tf.Tensor | undefined>;

export class Recorder {
  readonly #engine: Engine;
  readonly #calls: Call[] = [];
  readonly #sources: Value[] = [];
  /** Values by tensor number, and for what a variable was assigned, by data. */
  readonly #values = new Map<number, Use>();
  readonly #byData = new WeakMap<object, Use>();
  /** The tensors that others are clones of, by number. */
  readonly #cloned = new Map<number, number>();
  readonly #variables = new Map<number, { variable: tf.Variable; dataId: object }>();
  /** What variables hold now, where the step has assigned them. */
  readonly #assigned = new Map<number, Use>();
  readonly #captured = new Map<number, Use>();
  readonly #firstTensor: number;
  readonly #given: readonly tf.Tensor[];
  readonly #rng = getRngState();
  readonly #kept: tf.Tensor[] = [];
  #ids = 0;
  #depth = 0;
  #refusal: string | undefined;

  constructor(args: readonly tf.Tensor[]) {
    const engine = tf.engine();
    this.#engine = engine;
    this.#given = args.filter((one, i) => args.indexOf(one) === i && !("assign" in one));
    for (const variable of Object.values(engine.registeredVariables)) {
      this.#variables.set(variable.id, { variable, dataId: variable.dataId });
    }
    args.forEach((tensor, position) => {
      this.#name(tensor, this.#source(tensor, { kind: "argument", position }, false));
    });
    // A tensor with a larger number is made by the step.
    this.#firstTensor = probeTensorId();
  }

  /** Why the step cannot be compiled, in one sentence; undefined where nothing speaks against it. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Runs `f` while listening. */
  listen<T>(f: () => T): T {
    const engine = this.#engine;
    const own = engine as unknown as Record<string, unknown>;
    const shadows: Record<string, (...args: never[]) => unknown> = {
      runKernel: (name: string, inputs: Inputs, attrs?: tf.NamedAttrMap) => this.#kernel(name, inputs, attrs),
      clone: (x: tf.Tensor) => this.#clone(x),
      makeTensor: (...args: Parameters<Engine["makeTensor"]>) => this.#constant(args),
      readSync: (dataId: object) => this.#read(dataId),
      read: (dataId: object) => {
        if (this.#hears) this.#note("the step reads a tensor's values asynchronously");
        return this.#prototype.read.call(this.#engine, dataId);
      },
      makeVariable: (...args: Parameters<Engine["makeVariable"]>) => {
        if (this.#hears) this.#note("the step makes a variable");
        return this.#inside(() => this.#prototype.makeVariable.apply(this.#engine, args));
      },
    };
    Object.assign(own, shadows);
    const variables = [...this.#variables.values()].map(({ variable }) => variable);
    for (const variable of variables) variable.assign = (value) => this.#assign(variable, value);
    const asked = (source: string) => {
      if (!this.#hears) return;
      if (source === SETS_SEED) this.#note("the step sets the random seed");
      else if (source === SETS_FLAG) this.#note("the step changes a flag of TensorFlow.js");
      else if (LATER.has(source))
        this.#note(`the step has code run later (${source}), which a compiled one would not`);
      else this.#note(`a number that the host computes (${source}) changes from step to step: ${INSTEAD}`);
    };
    const deafen = hearSources(asked);
    const silence = hearShown((what) => {
      if (this.#hears) this.#note(`the step shows something (${what}), which a compiled one would not`);
    });
    const ids = HeardIds.where((name) => asked(`tensor.${name}`));
    if (ids !== undefined) {
      for (const tensor of this.#given) ids.hear(tensor);
      own.trackTensor = (tensor: tf.Tensor, backend: unknown) => {
        (this.#prototype as unknown as Tracks).trackTensor.call(engine, tensor, backend);
        ids.hear(tensor);
      };
    }
    const restore = () => {
      delete own.trackTensor;
      ids?.end();
      silence();
      deafen();
      for (const name of Object.keys(shadows)) delete own[name];
      for (const variable of variables) delete (variable as Partial<tf.Variable>).assign;
    };
    return restoring(restore, f);
  }

  /**
   * What was recorded. `outputs` are the tensors that the step returns.
   * @throws Refusal where it cannot be compiled
   */
  graph(outputs: readonly tf.Tensor[]): Graph {
    if (this.#refusal !== undefined) refuse(this.#refusal);
    const assigned: { variable: tf.Variable; use: Use }[] = [];
    for (const { variable, dataId } of this.#variables.values()) {
      if (variable.isDisposed) refuse("the step disposes a variable");
      const use = this.#assigned.get(variable.id);
      if (use !== undefined) assigned.push({ variable, use });
      else if (variable.dataId !== dataId) refuse("a variable was changed in a way that is not recorded");
    }
    const { seed, counter } = getRngState();
    const [low, high] = this.#rng.seed;
    if (seed[0] !== low || seed[1] !== high) refuse("the step sets the random seed");
    return {
      calls: this.#calls,
      sources: this.#sources,
      outputs: outputs.map((tensor) => this.#useOf(tensor)),
      assigned,
      draws: counter - this.#rng.counter,
      dispose: () => this.dispose(),
    };
  }

  dispose(): void {
    tf.dispose(this.#kept.splice(0));
  }

  get #prototype(): Engine {
    return Object.getPrototypeOf(this.#engine) as Engine;
  }

  get #hears(): boolean {
    return this.#depth === 0 && this.#refusal === undefined;
  }

  #note(reason: string): void {
    this.#refusal ??= reason;
  }

  /** Runs a part of the record; what it refuses is noted. */
  #heard(f: () => void): void {
    try {
      f();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#note(error.message);
    }
  }

  /** Runs tfjs without listening. */
  #inside<T>(f: () => T): T {
    this.#depth++;
    try {
      return f();
    } finally {
      this.#depth--;
    }
  }

  #kernel(name: string, inputs: Inputs, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[] {
    const run = () =>
      this.#prototype.runKernel.call(
        this.#engine,
        name,
        inputs as tf.NamedTensorMap,
        attrs as tf.NamedAttrMap,
      ) as tf.Tensor | tf.Tensor[];
    if (!this.#hears) return run();
    const uses: Record<string, Use> = {};
    // Before the kernel runs: some give up their inputs' data.
    this.#heard(() => {
      for (const [key, tensor] of Object.entries(inputs)) if (tensor) uses[key] = this.#useOf(tensor);
      if (DYNAMIC.test(name) && !Object.values(uses).every(({ value }) => value.fixed)) {
        refuse(`the shape of what ${name} returns depends on values`);
      }
    });
    const result = this.#inside(run);
    if (!this.#hears) return result;
    const tensors = Array.isArray(result) ? result : [result];
    const [only] = Object.values(uses);
    if (only !== undefined && tensors[0] !== undefined && isAlias(name, only, tensors[0])) {
      this.#name(tensors[0], { ...only, shape: tensors[0].shape, dtype: tensors[0].dtype });
    } else {
      this.#heard(() => this.#record(name, uses, attrs ?? {}, tensors));
    }
    return result;
  }

  #assign(variable: tf.Variable, value: tf.Tensor): void {
    const { assign } = Object.getPrototypeOf(variable) as tf.Variable;
    const hears = this.#hears;
    this.#inside(() => assign.call(variable, value));
    // Named after the tensor, not its data: the data may be another variable's too.
    if (hears) this.#heard(() => this.#assigned.set(variable.id, this.#useOf(value)));
  }

  /**
   * tfjs keeps clones of what a gradient will need while the kernel still runs. Those of the kernel's inputs are named
   * here; those of its outputs, which have no name yet, are found afterwards: by their data, or, on the wasm backend,
   * whose clones have data of their own, by whose clones they are.
   */
  #clone(x: tf.Tensor): tf.Tensor {
    const { clone } = this.#prototype as unknown as { clone(this: Engine, x: tf.Tensor): tf.Tensor };
    const copy = this.#inside(() => clone.call(this.#engine, x));
    if (this.#refusal === undefined && x.id < this.#firstTensor) {
      this.#heard(() => this.#name(copy, this.#useOf(x)));
    } else {
      const known = this.#values.get(x.id);
      if (known !== undefined) this.#name(copy, known);
      else this.#cloned.set(copy.id, x.id);
    }
    return copy;
  }

  #record(kernel: string, inputs: Record<string, Use>, attrs: tf.NamedAttrMap, tensors: tf.Tensor[]): void {
    const written = this.#attributes(kernel, attrs);
    const draws = "counter" in written;
    const fixed = !draws && Object.values(inputs).every(({ value }) => value.fixed);
    // What is the same at every step is computed once, here; the program reads it when it is made.
    const results = fixed
      ? this.#inside(() => tensors.map((tensor) => tf.keep(tf.clone(tensor))))
      : undefined;
    if (results !== undefined) this.#kept.push(...results);
    const call: Call = { kernel, attrs: written, inputs, outputs: [], results };
    tensors.forEach((tensor, position) => {
      const use = this.#valueOf(tensor, { kind: "output", call, position }, fixed);
      call.outputs.push(use.value);
      this.#name(tensor, use);
    });
    this.#calls.push(call);
  }

  /** Attributes as plain data; the counter of a draw relative to that of the step. */
  #attributes(kernel: string, attrs: tf.NamedAttrMap): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(attrs)) {
      if (typeof value === "function") refuse(`an option of ${kernel} is a function`);
      out[key] = value;
    }
    if (!("counter" in out) || !("seed0" in out)) return out;
    const { seed, counter } = this.#rng;
    const fromStream = out.seed0 === seed[0] && out.seed1 === seed[1] && Number(out.counter) >= counter;
    return fromStream ? { ...out, counter: Number(out.counter) - counter, stream: true } : out;
  }

  #constant(args: Parameters<Engine["makeTensor"]>): tf.Tensor {
    const tensor = this.#prototype.makeTensor.apply(this.#engine, args);
    if (!this.#hears) return tensor;
    if (tensor.dtype === "string" || tensor.dtype === "complex64") {
      this.#note(`the step makes a ${tensor.dtype} tensor`);
      return tensor;
    }
    // A copy: what the user does with the array later is another matter.
    const data = (tensor.dtype === "float32" ? Float32Array : Int32Array).from(args[0] as ArrayLike<number>);
    this.#name(tensor, this.#source(tensor, { kind: "constant", data }, true));
    return tensor;
  }

  #read(dataId: object): tf.BackendValues {
    if (this.#hears) {
      const use = this.#byData.get(dataId);
      if (use !== undefined && !use.value.fixed) {
        this.#note("the step reads a tensor's values on the host (dataSync, arraySync or print)");
      }
      for (const { variable } of this.#variables.values()) {
        if (variable.dataId === dataId)
          this.#note(`the step reads the variable ${variable.name} on the host`);
      }
    }
    return this.#prototype.readSync.call(this.#engine, dataId);
  }

  #useOf(tensor: tf.Tensor): Use {
    const assigned = this.#assigned.get(tensor.id);
    if (assigned !== undefined) return assigned;
    const variable = this.#variables.get(tensor.id);
    if (variable !== undefined && tensor.dataId !== variable.dataId) {
      refuse("a variable was changed in a way that is not recorded");
    }
    const known = this.#values.get(tensor.id) ?? this.#captured.get(tensor.id);
    if (known !== undefined) return known;
    if (variable !== undefined) {
      const origin: Origin = { kind: "state", variable: variable.variable, label: variable.variable.name };
      const use = this.#source(tensor, origin, false);
      this.#values.set(tensor.id, use);
      return use;
    }
    if (tensor.id === undefined || tensor.id >= this.#firstTensor) {
      const original = this.#values.get(this.#cloned.get(tensor.id) ?? tensor.id);
      const use = original ?? this.#byData.get(tensor.dataId);
      if (use !== undefined) return { ...use, shape: tensor.shape, dtype: tensor.dtype };
      refuse("a tensor came into being in a way that is not recorded");
    }
    const use = this.#source(tensor, { kind: "captured", tensor }, true);
    this.#captured.set(tensor.id, use);
    return use;
  }

  #name(tensor: tf.Tensor, use: Use): void {
    this.#values.set(tensor.id, use);
    const { kind } = use.value.origin;
    // The data of a variable may be shared with the tensor that it was made from, which is another value.
    if (kind !== "state" && kind !== "captured") this.#byData.set(tensor.dataId, use);
  }

  #valueOf(tensor: tf.Tensor, origin: Origin, fixed: boolean): Use {
    const { shape, dtype } = tensor;
    return { value: { id: this.#ids++, shape, dtype, origin, fixed }, shape, dtype };
  }

  #source(tensor: tf.Tensor, origin: Origin, fixed: boolean): Use {
    const use = this.#valueOf(tensor, origin, fixed);
    this.#sources.push(use.value);
    return use;
  }
}

/** Widening a type keeps the numbers; narrowing does not. */
function isAlias(kernel: string, input: Use, output: tf.Tensor): boolean {
  if (ALIASES.has(kernel)) return true;
  if (kernel !== "Cast") return false;
  const rank = { bool: 0, int32: 1, float32: 2 } as Record<string, number>;
  return (rank[input.dtype] ?? 9) <= (rank[output.dtype] ?? -1);
}

function probeTensorId(): number {
  return tf.tidy(() => tf.scalar(0).id);
}
