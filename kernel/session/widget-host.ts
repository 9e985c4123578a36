import type { WidgetHost } from "../../widgets/host/types.ts";
import type { Comms } from "../comm/manager.ts";
import type { CellRegistry } from "../execute/cells.ts";
import type { Outputs } from "../execute/outputs.ts";
import { applyRunCommand, type Shared } from "../wire/shared.ts";

export interface WidgetHostParts {
  comms: Comms;
  outputs: Outputs;
  shared: Shared;
  cells: CellRegistry;
  /** The cell that began last. */
  latest(): string | undefined;
}

/** What live views see of the kernel. */
export function widgetHost({ comms, outputs, shared, cells, latest }: WidgetHostParts): WidgetHost {
  const publish =
    (type: "display_data" | "update_display_data") =>
    (data: object, metadata: object, id: { displayId: string }) =>
      outputs.publish(type, { content: { data, metadata, transient: { display_id: id.displayId } } });
  return {
    comms,
    display: publish("display_data"),
    updateDisplay: publish("update_display_data"),
    command: (command) => {
      // The wire thread has acted on messages of the front end; acting twice is harmless except for single steps.
      if (command.tspyro !== "step") applyRunCommand(shared, command);
    },
    currentCell: latest,
    cellLabel: (cellId) => cells.byCellId(cellId)?.label.replace("Cell ", ""),
  };
}
