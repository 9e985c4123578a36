import { currentHost } from "./host.ts";
import { inTime, lineBundle, showLive, soFar } from "./progress.ts";
import type { LiveContent } from "./shown.ts";
import type { CallSource, RunNews } from "./sources.ts";

/**
 * Shows the progress of long calls that compute without a pause (`Predictive`, `Importance`, `Search`): a bar with a
 * stop button that ends as one line of text.
 *
 * @param onCallStart how to hear of calls (`onCallStart` of `lib/infer/long-call.ts`)
 * @returns a function that ends that
 */
export function showCallProgress(
  onCallStart: (listener: (call: CallSource) => void) => () => void,
): () => void {
  return onCallStart((call) => {
    const host = currentHost();
    if (host !== undefined) showLive(callProgress(call), host);
  });
}

export function callProgress({ what, unit, total, subscribe }: CallSource): LiveContent {
  const start = performance.now();
  let last: RunNews = { step: 0, total: total ?? Number.NaN, unit, rate: 0, done: false };
  let seconds = 0;
  const plain = () => callLine(what, last, seconds);
  return {
    view: "progress",
    controls: ["stop"],
    data: () => ({}),
    plain,
    bundle: () => Promise.resolve(lineBundle(plain())),
    subscribe: (listener) =>
      subscribe((news) => {
        last = { ...news, total: total ?? Number.NaN, unit };
        seconds = (performance.now() - start) / 1000;
        listener({ run: last, urgent: true });
      }),
  };
}

function callLine(what: string, { step, total, unit = "steps" }: RunNews, seconds: number): string {
  return `${what}: ${soFar(step, total, seconds)} ${unit}${inTime(step, seconds)}`;
}
