/** What a primitive does when no handler decided otherwise: draw, or ask the parameter store. */
import { getParamStore } from "../params/global.ts";
import type { Message } from "./message.ts";

export function defaultAction(msg: Message): void {
  if (msg.done) return;
  switch (msg.type) {
    case "sample":
      // `sample` is a constant for every gradient; `rsample` carries one to the parameters.
      msg.value ??= msg.fn.hasRsample ? msg.fn.rsample() : msg.fn.sample();
      break;
    case "param": {
      const store = getParamStore();
      const { constraint, eventDim, tags } = msg;
      msg.value = store.getParam(msg.name, msg.args[0], tags, { constraint, eventDim });
      msg.unconstrained = store.getUnconstrained(msg.name);
      break;
    }
    default:
      msg satisfies never;
  }
  msg.done = true;
}
