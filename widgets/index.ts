/** Live pictures of what inference is doing, and static ones of what came out. */
export { showCallProgress } from "./host/call-progress.ts";
export { Dashboard, type DashboardOptions, dashboard } from "./host/dashboard.ts";
export { type DensityInput, type DensityOptions, DensityView, density } from "./host/density.ts";
export { DistributionView, type DrawnDistribution, distributionView } from "./host/distribution.ts";
export { ElboCurve, type ElboCurveOptions, elboCurve, type LossSource } from "./host/elbo.ts";
export { GraphView, type RenderModelOptions, renderModel, traceGraph } from "./host/graph.ts";
export { setWidgetHost } from "./host/host.ts";
export { disposeWidgets, widgetCellEnd, widgetCellStart } from "./host/live-view.ts";
export { ProgramView, programView } from "./host/program.ts";
export { showRunProgress } from "./host/progress.ts";
export { showSamplingProgress } from "./host/sampling.ts";
export { ScheduleView, scheduleView } from "./host/schedule.ts";
export { Shown, type ShowOptions } from "./host/shown.ts";
export { ParamStoreView, paramStoreView } from "./host/store-view.ts";
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
export type { GraphData, GraphEdge, GraphNode, GraphPlate } from "./views/graph-data.ts";
