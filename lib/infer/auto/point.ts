import type * as tf from "@tensorflow/tfjs-core";
import { Delta } from "../../distributions/index.ts";
import type { InferOptions } from "../../poutine/message.ts";
import { sample } from "../../primitives.ts";
import { sumRightmost } from "../../tensor/index.ts";

/** A delta that is not to be enumerated: where a continuous guide lands there is nothing to sum over. */
class Point extends Delta {
  override get name(): string {
    return "Delta";
  }
  override get hasEnumerateSupport(): boolean {
    return false;
  }
}

/**
 * The site of the model at the value that the guide has computed for it.
 * @param logDensity log-density of landing there; its axes right of the batch are summed
 */
export function land(
  name: string,
  value: tf.Tensor,
  eventDim: number,
  logDensity?: tf.Tensor,
  infer: InferOptions = {},
): tf.Tensor {
  if (logDensity === undefined) return sample(name, new Point(value, 0, eventDim), { infer });
  const extra = logDensity.rank - (value.rank - eventDim);
  return sample(name, new Point(value, sumRightmost(logDensity, extra), eventDim), { infer });
}
