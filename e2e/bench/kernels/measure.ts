import { join } from "node:path";
import { root } from "../../../kernel/setup/paths.ts";
import { type Execution, errorOf, Kernel } from "../../protocol/client.ts";
import { whileAlive } from "./failures.ts";
import { type MeasuredKernel, SUM } from "./kernel.ts";

/** A folder of a project, with node_modules above it: what TypeScript's services look through. */
const cwd = join(root, "notebooks");

/** How long a kernel may take to answer at all. */
const PATIENCE = 40_000;

/** Times in milliseconds. */
export interface Start {
  /** From the start of the process to the reply to kernel_info. */
  readonly info: number;
  /** From there to the answer to what was asked at once. */
  readonly first: number;
}

const clock = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/**
 * Starts a kernel, asks it one thing as soon as it is known, and ends it.
 * @throws at once where it dies meanwhile, as all that is measured here
 */
export async function measureStart(kernel: MeasuredKernel, ask: "completion" | "cell"): Promise<Start> {
  const begun = performance.now();
  const started = await Kernel.start({ cwd, env: { ...kernel.env }, command: kernel.command });
  try {
    await known(started);
    const info = performance.now() - begun;
    if (ask === "completion") return { info, first: await measureCompletion(started, kernel, 0) };
    await heard(started);
    return { info, first: await measureSum(started) };
  } finally {
    await started.stop();
  }
}

/** A kernel that has run a cell and completed a word, and has nothing left to prepare. */
export async function warmKernel(kernel: MeasuredKernel): Promise<Kernel> {
  const started = await Kernel.start({ cwd, env: { ...kernel.env }, command: kernel.command });
  try {
    await known(started);
    await heard(started);
    for (let i = 0; i < 10; i++) {
      await measureSum(started);
      await measureCompletion(started, kernel, i);
    }
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

export const measureSum = (started: Kernel): Promise<number> => clock(() => runSum(started));

export const measureCompletion = (started: Kernel, kernel: MeasuredKernel, turn: number): Promise<number> =>
  clock(() => complete(started, kernel, turn));

const known = (started: Kernel) =>
  whileAlive(started, started.request("shell", "kernel_info_request", {}, { timeout: PATIENCE }));

async function runSum(started: Kernel): Promise<void> {
  const error = errorOf(await whileAlive<Execution>(started, started.execute(SUM, {}, PATIENCE)));
  if (error !== undefined) throw new Error(`${SUM} failed: ${error.evalue}`);
}

/** Only an answer with what was looked for counts: a kernel that answers with nothing is asked again. */
async function complete(started: Kernel, kernel: MeasuredKernel, turn: number): Promise<void> {
  const [code = "", expected = ""] = kernel.completions[turn % kernel.completions.length] ?? [];
  const end = performance.now() + PATIENCE;
  let matches: readonly string[] = [];
  while (performance.now() < end) {
    const asked = { code, cursor_pos: code.length };
    const reply = started.request("shell", "complete_request", asked, { timeout: PATIENCE });
    matches = (await whileAlive(started, reply)).content.matches;
    // ipykernel answers now with the member, now with all that stands before it too.
    if (matches.some((match) => match.endsWith(expected))) return;
  }
  const found = JSON.stringify(matches.slice(0, 5));
  throw new Error(`${kernel.name} completes ${code} by ${found}, not by ${expected}.`);
}

/** A subscription reaches the publisher a moment later than the first request. */
async function heard(started: Kernel): Promise<void> {
  while (started.published.length === 0) {
    await known(started);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
