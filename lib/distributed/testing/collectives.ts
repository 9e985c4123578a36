import { getRngState, setSeed } from "../../tensor/index.ts";
import { allgather, allreduce, allreduceAsync, barrier, broadcast, finalize, init, shard } from "../index.ts";
import { currentWorld } from "../world.ts";
import { say } from "./say.ts";

const { rank, size, localRank } = init();
const steps = Array.from({ length: 40 }, (_, i) => 2 ** (i / 2 - 16) * (i % 2 ? 1 : -1) * (1 + rank / 7));
const seeds = [getRngState().seed[1], 0];
setSeed(3);
seeds[1] = getRngState().seed[1];
init({ stream: "shared" });
const said: Record<string, unknown> = {
  pid: process.pid,
  world: [rank, size, localRank],
  sum: [...allreduce([rank, 1.5])],
  average: [...allreduce([rank + 1], "average")],
  adasum: [...allreduce([1, rank], "adasum")],
  halves: [...currentWorld().allreduce(Float32Array.from(steps), "sum", "fp16")],
  exact: [...allreduce(steps)],
  ragged: allgather(new Array(rank + 1).fill(rank)).map((part) => [...part]),
  last: [...broadcast([rank], size - 1)],
  later: [...(await allreduceAsync([2 + rank]))],
  empty: [...allreduce([])],
  part: shard([0, 1, 2, 3, 4, 5, 6]),
  streams: [seeds[1], getRngState().seed[1]],
};
barrier();
// Once is enough.
finalize();
finalize();
const after = () => {
  try {
    return String(allreduce([1]));
  } catch (error) {
    return (error as Error).message;
  }
};
said.after = after();
say(said);
