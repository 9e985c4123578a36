/**
 * The estimators whose losses and gradients are compiled: the first evaluations with a model and a guide are recorded,
 * the ones after them run a program. Arguments that are tensors may be others each time; numbers and other plain values
 * among them belong to the program, and so does everything that model and guide have captured, whose changes are seen.
 * What cannot be compiled runs as the estimator without `Jit` does, and a notice says why, once.
 *
 * `svi.run` compiles whole steps, the optimizer's part included, with any of the estimators; these are for `svi.step`.
 */
import { CompiledLoss } from "./compiled/compiled-loss.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceEnum_ELBO } from "./trace-enum-elbo.ts";
import { TraceGraph_ELBO } from "./trace-graph-elbo.ts";
import { TraceMeanField_ELBO } from "./trace-mean-field-elbo.ts";

/** `Trace_ELBO`, compiled. */
export class JitTrace_ELBO extends Trace_ELBO {
  protected override readonly compiled = new CompiledLoss("JitTrace_ELBO");
}

/** `TraceGraph_ELBO`, compiled. */
export class JitTraceGraph_ELBO extends TraceGraph_ELBO {
  protected override readonly compiled = new CompiledLoss("JitTraceGraph_ELBO");
}

/** `TraceEnum_ELBO`, compiled. */
export class JitTraceEnum_ELBO extends TraceEnum_ELBO {
  protected override readonly compiled = new CompiledLoss("JitTraceEnum_ELBO");
}

/** `TraceMeanField_ELBO`, compiled. */
export class JitTraceMeanField_ELBO extends TraceMeanField_ELBO {
  protected override readonly compiled = new CompiledLoss("JitTraceMeanField_ELBO");
}
