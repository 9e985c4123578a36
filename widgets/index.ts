/** Live pictures of what inference is doing, and static ones of what came out. */

export {
  type CalibrationPlotOptions,
  calibrationPlot,
  type Ranks,
} from "./host/calibration-plot.ts";
export { showCallProgress } from "./host/call-progress.ts";
export { type ChainPlotOptions, rankPlot, tracePlot } from "./host/chain-plots.ts";
export { Dashboard, type DashboardOptions, dashboard } from "./host/dashboard.ts";
export { type DensityInput, type DensityOptions, DensityView, density } from "./host/density.ts";
export { DistributionView, type DrawnDistribution, distributionView } from "./host/distribution.ts";
export {
  type DistributionFamily,
  DistributionSliders,
  type DistributionSlidersOptions,
  distributionSliders,
  type SliderRange,
} from "./host/distribution-sliders.ts";
export { ElboCurve, type ElboCurveOptions, elboCurve, type LossSource } from "./host/elbo.ts";
export { type ForestPlotOptions, forestPlot } from "./host/forest-plot.ts";
export { GraphView, traceGraph } from "./host/graph.ts";
export { setWidgetHost } from "./host/host.ts";
export { showLaunches } from "./host/launch.ts";
export { disposeWidgets, widgetCellEnd, widgetCellStart } from "./host/live-view.ts";
export type { NumericArray } from "./host/numeric-array.ts";
export {
  type OptimizerPathOptions,
  optimizerPath,
  type PlaneLoss,
  type PlaneOptimizer,
} from "./host/optimizer-path.ts";
export { type PairsPlotOptions, pairsPlot } from "./host/pairs-plot.ts";
export { type EvaluatedSource, type ParticleSpreadOptions, particleSpread } from "./host/particle-spread.ts";
export { type PosteriorPlotOptions, posteriorPlot } from "./host/posterior-plot.ts";
export {
  type PredictiveCheckOptions,
  predictiveCheck,
  type TestStatistic,
} from "./host/predictive-check.ts";
export { ProgramView, programView } from "./host/program.ts";
export { showRunProgress } from "./host/progress.ts";
export { type RenderModelOptions, renderModel } from "./host/render-model.ts";
export { ResultView } from "./host/result-view.ts";
export type { SamplerSource, SamplesInput, SiteDraws } from "./host/samples.ts";
export { showSamplingProgress } from "./host/sampling.ts";
export { ScheduleView, scheduleView } from "./host/schedule.ts";
export { Shown, type ShowOptions } from "./host/shown.ts";
export { ParamStoreView, type ParamStoreViewOptions, paramStoreView } from "./host/store-view.ts";
export { type TracePair, TraceView, type TraceViewOptions, traceView } from "./host/trace-view.ts";
export type {
  Comm,
  CommManager,
  CommMessage,
  CommOpenOptions,
  DisplayContext,
  DisplayOptions,
  MimeBundle,
  MimeMetadata,
  RunCommand,
  Showable,
  WidgetHost,
} from "./host/types.ts";
export { displaySymbol, liveSymbol } from "./host/types.ts";
export type { WeightedSource } from "./host/weighted-draws.ts";
export type { GraphData, GraphEdge, GraphNode, GraphPlate } from "./views/graph-data.ts";
export type { SiteRow, SiteUse, TraceSitesData } from "./views/trace-sites.ts";
