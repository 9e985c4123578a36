/** The launcher's side of `launch`: starts the ranks, hears them, ends them, and gathers what they bring. */
import { resolve } from "node:path";
import { pyroError } from "../../errors.ts";
import { pollInterrupt } from "../../interrupt.ts";
import { getParamStore } from "../../params/global.ts";
import { getRngState } from "../../tensor/index.ts";
import { announceLaunch, RankCurve, sourceReader } from "../launch/events.ts";
import type { LaunchOptions, LaunchResult } from "../launch/options.ts";
import { launchFailure, noMpi } from "./launch-errors.ts";
import type { RankFailure, RankNews } from "./launch-messages.ts";
import { type Ended, type RankProcesses, startRanks } from "./rank-processes.ts";
import { pack, unpack } from "./travel.ts";

/** Milliseconds between two looks whether the user wants to stop. */
const GLANCE = 20;
/** Milliseconds that ranks have to end by themselves after one has failed: they say whose fault it was. */
const LAST_WORDS = 8000;

interface Heard {
  readonly failures: Map<number, RankFailure>;
  readonly values: Map<number, Uint8Array>;
  params: Extract<RankNews, { type: "finished" }>["params"];
  /** The last step that each rank told of. */
  readonly steps: number[];
}

export async function runRanks(
  task: ((...args: never[]) => unknown) | string,
  options: LaunchOptions,
): Promise<LaunchResult<unknown>> {
  const { np, args = [], progress = true, signal } = options;
  const job = {
    task: typeof task === "string" ? resolve(task) : pack(task, "The function"),
    args: pack(args, "args"),
    preamble: sourceReader()?.preamble ?? "",
    params: getParamStore().getState(),
    rng: getRngState(),
  };
  const curves = Array.from({ length: np }, () => new RankCurve());
  const heard: Heard = {
    ...{ failures: new Map(), values: new Map(), params: undefined },
    steps: new Array<number>(np).fill(0),
  };
  const pids = new Array<number>(np).fill(0);
  let announced = !progress;
  const hear = (rank: number, message: RankNews) => {
    const curve = curves[rank];
    if (curve === undefined) return;
    if (message.type === "hello") pids[rank] = message.pid;
    else if (message.type === "failed") heard.failures.set(rank, message.failure);
    else if (message.type === "finished") {
      heard.values.set(rank, message.value);
      if (rank === 0) heard.params = message.params;
    } else {
      curve.put(message.at, message.values);
      heard.steps[rank] = message.news.step;
      if (!announced) announceLaunch(curves);
      announced = true;
      // Another run may follow: the launch is over when all of it is.
      if (rank === 0) curve.tell({ ...message.news, done: false });
    }
  };
  const started = startRanks(np, job, options, hear);
  if ("why" in started) throw noMpi(started.why);
  try {
    const ended = await untilEnded(started, heard, signal);
    const { params } = heard;
    if (heard.values.size < np || heard.failures.size > 0 || params === undefined)
      throw launchFailure({
        np,
        failures: heard.failures,
        steps: heard.steps,
        finished: heard.values,
        ended,
      });
    const values = Array.from({ length: np }, (_, rank) =>
      unpack(heard.values.get(rank) as Uint8Array, functionStaysThere),
    );
    return {
      ...{ value: values[0], values, pids },
      losses: curves.map((curve) => curve.losses.slice()),
      params: getParamStore().setState(params),
    };
  } finally {
    started.close();
    const [first] = curves;
    const step = heard.steps[0] ?? 0;
    if (progress && announced) first?.tell({ step, total: step, rate: 0, done: true });
  }
}

/** @throws what the user's interrupt throws, when no rank is left */
async function untilEnded(
  ranks: RankProcesses,
  { failures }: Heard,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  let over: Ended | undefined;
  void ranks.ended.then((ended) => {
    over = ended;
  });
  let failed: number | undefined;
  for (;;) {
    if (over !== undefined) return over;
    await Promise.race([ranks.ended, new Promise((wake) => setTimeout(wake, GLANCE))]);
    try {
      pollInterrupt();
      signal?.throwIfAborted();
    } catch (error) {
      ranks.kill();
      await ranks.ended;
      throw error;
    }
    if (failures.size > 0) failed ??= performance.now();
    if (failed !== undefined && performance.now() - failed > LAST_WORDS) ranks.kill();
  }
}

function functionStaysThere(): never {
  throw pyroError({
    what: "What a rank returns has a function in it, which stays there",
    where: "distributed.launch",
    expected: "JSON, typed arrays, tensors",
  });
}
