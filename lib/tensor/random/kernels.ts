/** The random draws as tfjs kernels; one implementation for all backends, so one stream. */
import * as tf from "@tensorflow/tfjs-core";
import {
  type HostBackend,
  type KernelArgs,
  makeOutput,
  readFloats,
  registerEverywhere,
  runKernel,
} from "../kernels.ts";
import { elementFunctions } from "../special/elementwise.ts";
import { fillNormal, fillUniform, partialPermutation } from "./fill.ts";
import { logGammaDraw } from "./gamma.ts";
import { logGammaGrad } from "./gamma-grad.ts";
import { drawKey } from "./threefry.ts";
import { vonMisesDraw } from "./von-mises.ts";

/** Smallest normal float32: a gamma draw that underflows is this, so that it stays inside its support. */
export const FLOAT32_TINY = 2 ** -126;
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

type DrawAttrs = { seed0: number; seed1: number; counter: number };

function key(attrs: Record<string, unknown>): [number, number] {
  const { seed0, seed1, counter } = attrs as DrawAttrs;
  return drawKey(seed0, seed1, counter);
}

/** What a draw does: fills the output from its key, and from parameters of which it has one for each element. */
export interface DrawFunction {
  readonly inputs: readonly string[];
  fill(
    out: Float32Array | Int32Array,
    inputs: readonly ArrayLike<number>[],
    k0: number,
    k1: number,
    n: number,
  ): void;
}

/** The draws by kernel, for the compiler. `n` is the attribute of that name (permutations). */
export const drawFunctions = new Map<string, DrawFunction>();

function registerFill(name: string, fill: (out: Float32Array, k0: number, k1: number) => void): void {
  drawFunctions.set(name, { inputs: [], fill: (out, _, k0, k1) => fill(out as Float32Array, k0, k1) });
  registerEverywhere(name, ({ attrs, backend }) => {
    const shape = attrs.shape as number[];
    const out = new Float32Array(tf.util.sizeFromShape(shape));
    fill(out, ...key(attrs));
    return makeOutput(backend, out, shape);
  });
}

/** A kernel that makes one draw for each element of its parameter. */
function registerDraw(
  name: string,
  parameter: string,
  draw: (value: number, index: number, k0: number, k1: number) => number,
): void {
  const fill: DrawFunction["fill"] = (out, [values = []], k0, k1) => {
    for (let i = 0; i < out.length; i++) out[i] = draw(values[i] as number, i, k0, k1);
  };
  drawFunctions.set(name, { inputs: [parameter], fill });
  registerEverywhere(name, ({ inputs, attrs, backend }) => {
    const info = inputs[parameter] as tf.TensorInfo;
    const values = readFloats(backend, info);
    const out = new Float32Array(values.length);
    fill(out, [values], ...key(attrs), values.length);
    return makeOutput(backend, out, info.shape);
  });
}

function registerGammaGrad(name: string, f: (alpha: number, x: number) => number): void {
  elementFunctions.set(name, { inputs: ["alpha", "x"], f });
  registerEverywhere(name, ({ inputs, backend }: KernelArgs<HostBackend>) => {
    const info = inputs.alpha as tf.TensorInfo;
    const alpha = readFloats(backend, info);
    const x = readFloats(backend, inputs.x as tf.TensorInfo);
    const out = new Float32Array(alpha.length);
    for (let i = 0; i < out.length; i++) out[i] = f(alpha[i] as number, x[i] as number);
    return makeOutput(backend, out, info.shape);
  });
}

function clampToFloat32(x: number): number {
  return x < FLOAT32_TINY
    ? FLOAT32_TINY
    : x > FLOAT32_MAX && x !== Number.POSITIVE_INFINITY
      ? FLOAT32_MAX
      : x;
}

/** Registers all random kernels and their gradients. */
export function registerRandomKernels(): void {
  registerFill("TspyroUniform", fillUniform);
  registerFill("TspyroNormal", fillNormal);
  registerDraw("TspyroGamma", "alpha", (...at) => clampToFloat32(Math.exp(logGammaDraw(...at))));
  registerDraw("TspyroLogGamma", "alpha", logGammaDraw);
  registerDraw("TspyroVonMises", "concentration", vonMisesDraw);
  registerGammaGrad("TspyroGammaGrad", (alpha, x) => x * logGammaGrad(alpha, Math.log(x)));
  registerGammaGrad("TspyroLogGammaGrad", logGammaGrad);
  drawFunctions.set("TspyroPermutation", {
    inputs: [],
    fill: (out, _, k0, k1, n) => out.set(partialPermutation(n, out.length, k0, k1)),
  });
  registerEverywhere("TspyroPermutation", ({ attrs, backend }) => {
    const { n, k } = attrs as { n: number; k: number };
    return makeOutput(backend, partialPermutation(n, k, ...key(attrs)), [k], "int32");
  });
  for (const name of ["TspyroGamma", "TspyroLogGamma"]) {
    tf.registerGradient({
      kernelName: name,
      inputsToSave: ["alpha"],
      outputsToSave: [true],
      gradFunc: (dy, saved) => {
        const [alpha, x] = saved as [tf.Tensor, tf.Tensor];
        return { alpha: () => tf.mul(dy as tf.Tensor, runKernel(`${name}Grad`, { alpha, x })) };
      },
    });
  }
}
