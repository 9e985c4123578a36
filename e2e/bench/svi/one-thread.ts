/** Runs a program with one thread of arithmetic, on one processor where the system can hold it there. */
import { closedEnvironment } from "../../../kernel/setup/environment.ts";
import { readOr } from "../../../kernel/setup/files.ts";
import { onPath } from "../../../kernel/setup/paths.ts";
import { lastLines, run } from "../../../kernel/setup/processes.ts";

const ONE_THREAD = {
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
  JAX_PLATFORMS: "cpu",
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  PYTHONDONTWRITEBYTECODE: "1",
};

/** The last of the processors that this process may use: the first ones are busiest with the system's own work. */
function lastProcessor(): string | undefined {
  return /^Cpus_allowed_list:.*?(\d+)$/m.exec(readOr("/proc/self/status")?.toString() ?? "")?.[1];
}

/** What a program says about one case, or a sentence on why it says nothing. */
export type Said<T> = { readonly outcome: T } | { readonly why: string };

export async function measured<T>(command: string, args: readonly string[]): Promise<Said<T>> {
  const taskset = onPath("taskset");
  const cpu = lastProcessor();
  const [program, rest] =
    taskset === undefined || cpu === undefined ? [command, args] : [taskset, ["-c", cpu, command, ...args]];
  const env = { ...closedEnvironment(), ...ONE_THREAD };
  const { code, stdout, output } = await run(program, rest, { env });
  if (code !== 0) return { why: lastLines(output, 3) };
  return { outcome: JSON.parse(lastLines(stdout, 1)) as T };
}
