import { runRanks } from "../node.ts";
import { checkLaunch, type LaunchOptions, type LaunchResult } from "./options.ts";

/**
 * Runs a function, or a script, on `np` processes under the MPI that is installed, from a notebook or from a script. The
 * curves of their losses lie in one live picture, what they print is labelled with their rank, and when all are
 * through rank 0's parameters are in this process's ParamStore. They begin with its parameters and its random seed.
 *
 * The function travels as its text: it may use the library's names and what `args` brings, but no variable of a cell.
 * A script's default export is called with `args`, if it is a function. With `np: 1` there is no need of MPI.
 *
 * @example
 * const { value } = await distributed.launch(
 *   async (x: number[]) => {
 *     const data = tf.tensor1d(distributed.shard(x));
 *     const svi = new SVI(model, guide, new optim.HorovodOptimizer(optim.Adam({ lr: 0.01 })), "ELBO");
 *     return (await svi.run(1000, { args: [data] })).steps;
 *   },
 *   { np: 4, args: [x] },
 * );
 * @throws where the function uses a variable that stays behind, where there is no MPI, and where a rank fails: with its
 * rank and step. All ranks are over then, and the parameters are as they were.
 */
export async function launch<A extends readonly unknown[], T>(
  task: ((...args: A) => T | Promise<T>) | string,
  options: LaunchOptions<A>,
): Promise<LaunchResult<T>> {
  checkLaunch(task, options);
  return (await runRanks(task as ((...args: never[]) => unknown) | string, options)) as LaunchResult<T>;
}
