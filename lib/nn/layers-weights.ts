/** The weights of models and layers of `tf.layers`, under paths that are the same each time a notebook runs. */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";

interface LayerVariable {
  readonly originalName: string;
  readonly val: tf.Variable;
}

/** What is asked of a `tf.LayersModel`, or of one layer. */
export interface LayersLike {
  readonly name: string;
  readonly built: boolean;
  readonly trainable: boolean;
  // Protected members of the package's classes are none of a type's business.
  readonly trainableWeights: readonly object[];
  apply(inputs: never, kwargs?: never): unknown;
  getClassName(): string;
}

interface Container extends LayersLike {
  readonly layers: readonly LayersLike[];
}

/** Whether `x` is a model or a layer of `tf.layers`. */
export function isLayers(x: unknown): x is LayersLike {
  if (typeof x !== "object" || x === null) return false;
  return ["trainableWeights", "apply", "getClassName", "built"].every((key) => key in x);
}

const isContainer = (x: LayersLike): x is Container => Array.isArray((x as Partial<Container>).layers);

interface LayerWeight {
  readonly path: string;
  /** Its field `val` is what the layer computes with. */
  readonly holder: LayerVariable;
  readonly variable: tf.Variable;
}

/**
 * The trainable weights with their paths: `0.kernel` for a layer without a name of its own, `hidden.kernel` for one with
 * `{ name: "hidden" }`. The names that tfjs makes up count the layers of the whole process: they are not used.
 * @throws for a model whose weights do not exist yet
 */
export function layerWeights(model: LayersLike): LayerWeight[] {
  const seen = new Set<object>();
  const paths = new Map<string, number>();
  const fresh = (path: string): string => {
    const count = (paths.get(path) ?? 0) + 1;
    paths.set(path, count);
    return count === 1 ? path : `${path}_${count}`;
  };
  const walk = (layer: LayersLike, prefix: string): LayerWeight[] => {
    if (!layer.trainable) return [];
    if (isContainer(layer)) {
      return layer.layers.flatMap((inner, i) => walk(inner, `${prefix}${givenName(inner) ?? i}.`));
    }
    if (!layer.built) throw unbuilt(model);
    return (layer.trainableWeights as readonly LayerVariable[]).flatMap((holder) => {
      if (seen.has(holder)) return [];
      seen.add(holder);
      const path = fresh(`${prefix}${holder.originalName.split("/").at(-1)}`);
      return [{ path, holder, variable: holder.val }];
    });
  };
  return walk(model, "");
}

/** The name that a person gave to a layer; undefined for one that tfjs made up. */
function givenName(layer: LayersLike): string | undefined {
  const kind = layer.getClassName();
  const automatic = isContainer(layer)
    ? new RegExp(`^(${kind}|model|functional|sequential)_?\\d+$`, "i")
    : new RegExp(`^[a-z0-9_]+_${kind}\\d+$`);
  return automatic.test(layer.name) ? undefined : layer.name;
}

function unbuilt(model: LayersLike): Error {
  return pyroError({
    what: `The ${model.getClassName()} "${model.name}" of tf.layers has no weights yet`,
    expected: "a model that knows the shape of its input",
    try: "give its first layer an inputShape: tf.layers.dense({ units: 8, inputShape: [4] }); or call build",
  });
}
