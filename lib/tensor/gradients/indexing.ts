/** Gradients that tfjs lacks for the kernels that pick elements and put them back. */
import * as tf from "@tensorflow/tfjs-core";

const zeros = (t: tf.Tensor) => () => tf.zeros(t.shape);

/** The tensor of `size` elements in which element `indices[i]` is the sum of the `values[i]`. */
function scatterFlat(values: tf.Tensor, indices: tf.Tensor, size: number): tf.Tensor {
  // Some backends call whole numbers float32 here.
  const flat = tf.cast(tf.reshape(indices, [indices.size]), "int32") as tf.Tensor1D;
  return tf.unsortedSegmentSum(tf.reshape(values, [values.size]), flat, size);
}

/** Indices of the form that gatherND wants, out of the shorter forms that sparseToDense takes. */
function coordinates(indices: tf.Tensor): tf.Tensor {
  return indices.rank < 2 ? tf.reshape(indices, [indices.size, 1]) : indices;
}

export function registerIndexingGradients(): void {
  tf.registerGradient({
    kernelName: "GatherNd",
    inputsToSave: ["params", "indices"],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor];
      return {
        params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape),
        indices: zeros(indices),
      };
    },
  });
  tf.registerGradient({
    kernelName: "ScatterNd",
    inputsToSave: ["indices"],
    gradFunc: (dy, saved) => {
      const [indices] = saved as [tf.Tensor];
      return { indices: zeros(indices), updates: () => tf.gatherND(dy as tf.Tensor, indices) };
    },
  });
  tf.registerGradient({
    kernelName: "TensorScatterUpdate",
    inputsToSave: ["indices", "updates"],
    gradFunc: (dy, saved) => {
      const [indices, updates] = saved as [tf.Tensor, tf.Tensor];
      const upstream = dy as tf.Tensor;
      return {
        tensor: () => tf.tensorScatterUpdate(upstream, indices, tf.zerosLike(updates)),
        indices: zeros(indices),
        updates: () => tf.gatherND(upstream, indices),
      };
    },
  });
  tf.registerGradient({
    kernelName: "SparseToDense",
    inputsToSave: ["sparseIndices", "sparseValues"],
    gradFunc: (dy, saved) => {
      const [indices, values] = saved as [tf.Tensor, tf.Tensor];
      const upstream = dy as tf.Tensor;
      const picked = () => tf.gatherND(upstream, coordinates(indices));
      return {
        sparseIndices: zeros(indices),
        // One value may stand for all the indices.
        sparseValues: () => (values.size === 1 ? tf.reshape(tf.sum(picked()), values.shape) : picked()),
        defaultValue: () => tf.sub(tf.sum(upstream), tf.sum(picked())),
      };
    },
  });
  tf.registerGradient({
    kernelName: "StridedSlice",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { shape, size } = saved[0] as tf.Tensor;
      return {
        x: () => {
          // Slicing the numbers of the elements tells where each came from. In float32 while it holds them:
          // the wasm backend takes the bits of int32 elements for float32 here.
          const places = tf.reshape(tf.range(0, size, 1, size <= 2 ** 24 ? "float32" : "int32"), shape);
          const taken = tf.engine().runKernel("StridedSlice", { x: places }, attrs) as tf.Tensor;
          return tf.reshape(scatterFlat(dy as tf.Tensor, taken, size), shape);
        },
      };
    },
  });
  tf.registerGradient({
    kernelName: "TopK",
    inputsToSave: ["x"],
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => {
      const [dValues] = dy as tf.Tensor[];
      const [x, indices] = saved as [tf.Tensor, tf.Tensor];
      return {
        x: () => {
          const length = x.shape[x.rank - 1] as number;
          const rows = x.size / length;
          const starts = tf.reshape(tf.range(0, x.size, length, "int32"), [rows, 1]);
          const places = tf.add(tf.reshape(indices, [rows, -1]), starts);
          return tf.reshape(scatterFlat(dValues as tf.Tensor, places, x.size), x.shape);
        },
      };
    },
  });
  tf.registerGradient({
    kernelName: "Diag",
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => {
      const { shape, size } = saved[0] as tf.Tensor;
      const diagonal = () => tf.sum(tf.mul(tf.reshape(dy as tf.Tensor, [size, size]), tf.eye(size)), 1);
      return { x: () => tf.reshape(diagonal(), shape) };
    },
  });
}
