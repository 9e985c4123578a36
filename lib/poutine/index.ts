/** Effect handlers: programs that change what other programs mean. */
import "../tensor/backend.ts";

export { type BlockOptions, BlockPoutine, block, type SiteType } from "./block.ts";
export { CondIndepStackFrame } from "./cond-indep-stack-frame.ts";
export { ConditionPoutine, condition, type DataOptions } from "./condition.ts";
export { getVectorizedMapDataInfo, identifyDenseEdges, type VectorizedMapDataInfo } from "./dense.ts";
export { DoPoutine, doIntervene } from "./do.ts";
export { type EscapeOptions, EscapePoutine, escapeAt as escape, NonlocalExit } from "./escape.ts";
export { type IndepOptions, IndepPoutine, indep } from "./indep.ts";
export { type InferConfigOptions, InferConfigPoutine, inferConfig } from "./infer-config.ts";
export { type LiftOptions, LiftPoutine, lift } from "./lift.ts";
export type { Table } from "./lookup.ts";
export { type MaskOptions, MaskPoutine, mask } from "./mask.ts";
export type {
  ArgsNode,
  Baseline,
  InferOptions,
  Message,
  ParamMessage,
  ParamSite,
  ReturnNode,
  SampleMessage,
  SampleSite,
  Site,
  SiteFilter,
  TraceNode,
} from "./message.ts";
export { Poutine, type Program } from "./poutine.ts";
export { discreteEscape, enumExtend, type QueueOptions, QueuePoutine, queue } from "./queue.ts";
export { LocScaleReparam } from "./reparam/loc-scale.ts";
export { TransformReparam } from "./reparam/transform.ts";
export { type Reparam, type ReparamOptions, ReparamPoutine, reparam } from "./reparam.ts";
export { type ReplayOptions, ReplayPoutine, type ReplaySites, replay } from "./replay.ts";
export { type ScaleOptions, ScalePoutine, scale } from "./scale.ts";
export { type SeedOptions, SeedPoutine, seed } from "./seed.ts";
export { type ScoredSite, scoreSite, siteBatchPdf, sitePdf } from "./site-score.ts";
export { activeHandlers, applyStack, clearStack, Messenger } from "./stack.ts";
export {
  FunctionDistribution,
  type Sampleable,
  type StochasticFunction,
  toDistribution,
} from "./stochastic.ts";
export { SubstitutePoutine, substitute } from "./substitute.ts";
export { type TraceOptions, TracePoutine, trace } from "./trace.ts";
export { type GraphType, Trace, type TraceJson } from "./trace-struct.ts";
export { UnconditionPoutine, uncondition } from "./uncondition.ts";
