/** What a demo needs once it is seen: the library, and two pictures. It is a script of its own, fetched then. */
export * as library from "../../../lib/browser/index.ts";
export { getRngState, type RngState, setRngState } from "../../../lib/tensor/index.ts";
export { density, elboCurve } from "../../views/index.ts";

export type Library = typeof import("../../../lib/browser/index.ts");
