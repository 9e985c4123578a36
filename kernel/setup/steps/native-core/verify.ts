import { existsSync } from "node:fs";
import { root as projectFolder } from "../../paths.ts";
import { lastLines, run } from "../../processes.ts";
import { corePlaces } from "./places.ts";

// tfjs-node 4.22 calls a function of `util` that Node 23 took out. Lgamma stands for the ops that only TensorFlow has.
const trial = `
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require("@tensorflow/tfjs-node");
if (tf.getBackend() !== "tensorflow") throw new Error("the backend is " + tf.getBackend());
const { binding } = tf.backend();
const type = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
const product = tf.matMul([[1, 2], [3, 4]], [[5], [6]]).dataSync();
const lgamma = tf.backend().executeSingleOutput("Lgamma", [type], [tf.tensor1d([5])]).dataSync();
const right = product[0] === 17 && product[1] === 39 && Math.abs(lgamma[0] - Math.log(24)) < 1e-5;
if (!right) throw new Error("it computes wrong results: " + product + ", " + lgamma);
process.stdout.write("version=" + binding.TF_Version);
`;

export type Verification = { works: true; version: string } | { works: false; why: string };

/** Loads the native core in a process of its own and computes with it, so that a crash there is only a reason here. */
export async function verify(root: string = projectFolder): Promise<Verification> {
  const { binding } = corePlaces(root);
  if (!existsSync(binding)) return { works: false, why: "it has no binding" };
  const tried = await run(process.execPath, ["--no-warnings", "-e", trial], {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    timeout: 60_000,
  });
  const version = /version=(\S+)/.exec(tried.stdout)?.[1];
  if (tried.code === 0 && version !== undefined) return { works: true, version };
  if (tried.timedOut) return { works: false, why: "it did not answer within a minute" };
  if (tried.signal === "SIGILL")
    return { works: false, why: "this processor lacks instructions (AVX) that it uses" };
  if (tried.signal !== null) return { works: false, why: `it crashed (${tried.signal})` };
  const message = /^\w*Error: .*|^.*(?:cannot open|GLIBC).*/m.exec(tried.output);
  return { works: false, why: message?.[0] ?? lastLines(tried.output, 1) };
}
