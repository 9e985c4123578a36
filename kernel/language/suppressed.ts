/**
 * Problems that TypeScript reports because of the way cells are put together, not because of what they say.
 * Each has a row in suppressed.test.ts that fails when the entry is no longer needed.
 */
export const SUPPRESSED: Readonly<Record<number, string>> = {
  1202: "What `import x = require()` of CommonJS asks for is there at run time.",
  2323: "Every top-level name of a cell is exported to later cells; a duplicate is reported as such (TS2451).",
  2484: "The same, for the list of exports.",
};

const ofTensors = (message: string) =>
  /\b(Tensor|Variable|Scalar)\b/.test(message)
    ? `${message} Tensors have functions for it: tf.add(x, y) or x.add(y).`
    : message;

/** Sentences that speak of imports where the reader wrote none, and of numbers where they have tensors. */
export const REWORDED: Readonly<Record<number, (message: string) => string>> = {
  2365: ofTensors,
  2632: (message) =>
    message.replace("because it is an import", "because an earlier cell declares it as constant"),
};
