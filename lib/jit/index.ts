/**
 * A tracing compiler for tfjs. A function of tensors is recorded as the kernels that it calls (`record/`), twice, and the
 * two records must be one program (`verify.ts`), as must be what its closures hold (`captured/`). The record is taken apart
 * into a few primitives and simplified (`lower/`, `dag/`), put into loops over buffers (`schedule/`), and written as
 * JavaScript and WebAssembly (`emit/`, `wasm/`). What comes out is a step over a memory of its own (`program.ts`). `call/`
 * is `jit(fn)`, which keeps a program for each kind of arguments; `explain/` shows one to people. Whatever cannot be known
 * to be right is refused with a reason in one sentence (`refusal.ts`), and runs as it did before.
 */
import "../tensor/backend.ts";

export type { ExplainedGroup, Explanation, Runner } from "./explain/explain.ts";
export {
  type ExplainedProgram,
  JitProgram,
  type PicturedProgram,
  setProgramPicture,
} from "./explain/jit-program.ts";
export { type Jitted, jit } from "./jit.ts";
export { showsSomething } from "./record/shown.ts";
