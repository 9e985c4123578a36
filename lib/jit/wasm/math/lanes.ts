/** Operations that are left to JavaScript, one lane after another. */
import { call, type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { f32x4, i32x4, scalar } from "../simd.ts";

/** Whether a vector holds float32, or int32. */
export type LaneType = "float" | "int";

/**
 * Calls the imported function `key` for each of the first lanes of its arguments and gathers float32.
 * In a function of its own, written once.
 */
export function byLanes(f: FunctionWriter, key: string, args: readonly Expr[]): Expr {
  return call(
    laneFunction(
      f,
      key,
      args.map(() => "float"),
      "float",
    ),
    ...args,
  );
}

export function laneFunction(
  f: FunctionWriter,
  key: string,
  types: readonly LaneType[],
  result: LaneType,
): number {
  const { module } = f;
  return module.helper(`${key}(${types})${result}`, types.length, (inner, args) => {
    const value = (lane: number) =>
      call(
        module.imported(key),
        ...args.map((arg, i) =>
          types[i] === "int" ? scalar.fromInt(i32x4.lane(arg, lane)) : scalar.promote(f32x4.lane(arg, lane)),
        ),
      );
    const narrow = (x: Expr) => (result === "int" ? scalar.toInt(x) : scalar.demote(x));
    const out = inner.local(V128);
    const code = result === "int" ? 28 : 32;
    for (let lane = 0; lane < 4; lane++) {
      inner.set(out, [...get(out), ...narrow(value(lane)), 0xfd, code, lane]);
    }
    return get(out);
  });
}
