/** Activations as modules, for `Sequential`. */
import * as tf from "@tensorflow/tfjs-core";
import { Module } from "./module.ts";

export class ReLU extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return tf.relu(x);
  }
}

export class Sigmoid extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return tf.sigmoid(x);
  }
}

export class Tanh extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return tf.tanh(x);
  }
}

export class Softplus extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return tf.softplus(x);
  }
}

/** Along the last axis. */
export class Softmax extends Module {
  forward(x: tf.Tensor): tf.Tensor {
    return tf.softmax(x);
  }
}
