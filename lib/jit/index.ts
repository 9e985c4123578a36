import "../tensor/backend.ts";

export type { ExplainedGroup, Explanation, Runner } from "./explain/explain.ts";
export {
  type ExplainedProgram,
  JitProgram,
  type PicturedProgram,
  setProgramPicture,
} from "./explain/jit-program.ts";
export { type Jitted, jit } from "./jit.ts";
