import { pyroError } from "../../errors.ts";
import type { RankFailure } from "./launch-messages.ts";
import type { Ended } from "./rank-processes.ts";

export function noMpi(why: string): Error {
  return pyroError({
    what: "Several ranks need MPI, and it cannot be used",
    where: "distributed.launch",
    got: why,
    try: "apt install openmpi-bin libopenmpi-dev (or mpich libmpich-dev), or { np: 1 }, which needs none",
  });
}

interface Outcome {
  readonly np: number;
  readonly failures: ReadonlyMap<number, RankFailure>;
  readonly steps: readonly number[];
  readonly finished: ReadonlyMap<number, unknown>;
  readonly ended: Ended;
}

/** One error for what has gone wrong on the ranks: whose fault it was comes first. */
export function launchFailure({ np, failures, steps, finished, ended }: Outcome): Error {
  const all = [...failures].sort(([a], [b]) => a - b);
  const guilty = all.find(([, { another }]) => !another);
  if (guilty !== undefined) {
    const [rank, { name, message, stack, step }] = guilty;
    const cause = new Error(message);
    cause.name = name;
    cause.stack = stack;
    return pyroError({
      what: `Rank ${rank} failed ${at(step)}: ${name}: ${message}`,
      where: `rank ${rank} of ${np}`,
      cause,
    });
  }
  // It could not speak for itself: the others say what they saw.
  const witness = all[0];
  if (witness !== undefined) {
    const [rank, { message, step }] = witness;
    return pyroError({
      what: message.split("\n")[0]?.replace(/(?: \(at [^)]*\))?\.$/, "") ?? message,
      where: `rank ${rank} of ${np}, which was ${at(step)} and waited`,
      ...rest(message),
    });
  }
  const [missing = 0] = Array.from({ length: np }, (_, rank) => rank).filter((rank) => !finished.has(rank));
  return pyroError({
    what: `Rank ${missing} ended ${at(steps[missing] ?? 0)}, before it was through`,
    where: `rank ${missing} of ${np}`,
    got: ended.signal === null ? `exit code ${ended.code}` : ended.signal,
    ...(ended.said !== "" && { try: `what mpirun says:\n${ended.said}` }),
  });
}

const at = (step: number): string => (step === 0 ? "before its first step" : `at step ${step}`);

function rest(message: string): { try?: string } {
  const hint = /^\s*try: (.*)$/m.exec(message)?.[1];
  return hint === undefined ? {} : { try: hint };
}
