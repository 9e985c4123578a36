import "../tensor/backend.ts";

export { type JitProgram, type Jitted, jit } from "./jit.ts";
