import { afterEach, expect, it } from "vitest";
import { ExponentialLR, plotSchedule, SGD, setSchedulePicture } from "../../lib/optim/index.ts";
import { scheduleView } from "./schedule.ts";
import { displaySymbol, type Showable } from "./types.ts";

afterEach(() => setSchedulePicture(undefined));

it("a plotted schedule shows itself as a picture where a host draws it", async () => {
  const scheduler = ExponentialLR({ optimizer: SGD, optimArgs: { lr: 1 }, gamma: 0.5 });
  const plot = plotSchedule(scheduler, 4);
  const shown = () => (plot as unknown as Showable)[displaySymbol]();
  expect(await shown()).toEqual({ "text/plain": "ExponentialLR: 1, 0.5, 0.25, 0.125, 0.0625" });
  setSchedulePicture((one) => scheduleView(one).bundle());
  const bundle = await shown();
  expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
  expect(bundle["text/html"]).toMatch(/^<img src="data:image\/svg\+xml;base64,/);
  expect(bundle["text/plain"]).toBe("Schedule of ExponentialLR: 5 epochs");
});
