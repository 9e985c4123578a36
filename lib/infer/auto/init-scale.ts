import { pyroError } from "../../errors.ts";

/** @throws for an initial scale that is not positive */
export function checkScale(guide: string, initScale: number): number {
  if (initScale > 0) return initScale;
  throw pyroError({
    what: "initScale must be > 0",
    where: `option initScale of ${guide}`,
    got: String(initScale),
  });
}
