/**
 * tfjs numbers its tensors as they are made, and whoever reads such a number has a counter. The number is read by tfjs
 * itself all the time, so that hearing the user's reads is dear: only where a text says `id` is it done.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { restoring } from "../../restoring.ts";
import { isAskedByUser } from "./asked-by-user.ts";

let suspected = false;

/** Whether a function, by its text, may read the number of a tensor or of its data. */
export const mentionsIds = (text: string): boolean => /\b(?:id|dataId)\b/.test(text);

/** Runs `f`; whether records made meanwhile hear who reads numbers of tensors. */
export function suspectIds<T>(are: boolean, f: () => T): T {
  const before = suspected;
  suspected = are;
  const restore = () => {
    suspected = before;
  };
  return restoring(restore, f);
}

/** Makes the numbers of tensors tell who reads them; undefined where nobody is suspected. */
export class HeardIds {
  readonly #heard: { readonly tensor: tf.Tensor; readonly values: readonly unknown[] }[] = [];
  readonly #asked: (name: string) => void;

  static where(asked: (name: string) => void): HeardIds | undefined {
    return suspected ? new HeardIds(asked) : undefined;
  }

  private constructor(asked: (name: string) => void) {
    this.#asked = asked;
  }

  hear(tensor: tf.Tensor): void {
    const asked = this.#asked;
    const values = NAMES.map((name) => tensor[name]);
    this.#heard.push({ tensor, values });
    NAMES.forEach((name, i) => {
      const get = () => {
        if (isAskedByUser(2)) asked(name);
        return values[i];
      };
      Object.defineProperty(tensor, name, { configurable: true, enumerable: true, get });
    });
  }

  end(): void {
    for (const { tensor, values } of this.#heard) {
      NAMES.forEach((name, i) => {
        const value = values[i];
        Object.defineProperty(tensor, name, { configurable: true, enumerable: true, writable: true, value });
      });
    }
  }
}

const NAMES = ["id", "dataId"] as const;
