import "../tensor/backend.ts";

export { JitProgram } from "./explain/jit-program.ts";
export { type Jitted, jit } from "./jit.ts";
