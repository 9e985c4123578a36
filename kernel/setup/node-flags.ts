/** What Node is started with for the kernel. */
export const nodeFlags: readonly string[] = [
  // Interrupts end a running evaluation from another thread; with these checks on, Node aborts when that happens.
  "--no-force-async-hooks-checks",
  // The kernel's own tools print no warnings of Node into people's notebooks.
  "--disable-warning=ExperimentalWarning",
  // Left to itself V8 lets the young generation grow for some ten thousand steps. No flag may stand here that V8 counts
  // among those that change compiled code: it then refuses Node's own, and every thread begins later (heap-growth.ts).
  "--max-semi-space-size=8",
  // V8 ends the process where its heap is full. The kernel has a limit of its own, which interrupts the cell (MB).
  "--max-old-space-size=1048576",
];

/** What the kernel finds in its environment, besides Jupyter's own. */
export const kernelEnvironment: Readonly<Record<string, string>> = {
  // TensorFlow's notes on the processor are no output of a cell.
  TF_CPP_MIN_LOG_LEVEL: "2",
};
