import { getParamStore } from "../params/index.ts";
import { type ExecutedCell, KEEP_TAG, ParamHook } from "../params/param-hook.ts";

let hook: ParamHook | undefined;

/**
 * Says, at the top of a cell of an Observable notebook, that it runs: parameters that are created until the next cell
 * says so are its own. When `invalidation` resolves, because the cell is about to run again or was taken out, they are
 * dropped with the state that optimizers keep of them; those of other cells stay. The rule and the code are those of
 * a Jupyter notebook.
 *
 * @param cell any name of the cell's own
 * @param invalidation Observable's, of this cell
 * @param options `keep`: go on training, as a cell with the tag `keep-params` does
 *
 * @example
 * startCell("train", invalidation, { keep: true }); // a slider on the prior goes on from where it was
 * const svi = new SVI(model(prior), guide, adam, "ELBO");
 */
export function startCell(
  cell: string | number,
  invalidation: Promise<unknown>,
  { keep = false }: { readonly keep?: boolean } = {},
): void {
  hook ??= new ParamHook(getParamStore());
  const own = hook;
  const executed: ExecutedCell = {
    cellId: String(cell),
    tags: keep ? [KEEP_TAG] : [],
    label: `cell ${cell}`,
  };
  own.before(executed);
  void invalidation.then(() => own.invalidate(executed));
}
