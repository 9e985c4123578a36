/** `inferConfig` sets the inference options of sites from outside the program. */
import type { InferOptions, Message, Site } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";

export interface InferConfigOptions {
  /** Options to add to a site's `infer`. */
  configFn: (site: Site) => InferOptions | undefined;
}

export class InferConfigPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly configFn: (site: Site) => InferOptions | undefined;

  constructor(fn: Program<A, R> | null, options: InferConfigOptions) {
    super(fn);
    this.configFn = options.configFn;
  }

  override processMessage(msg: Message): undefined {
    msg.infer = { ...msg.infer, ...this.configFn(msg) };
  }
}

/** Configures sites: `inferConfig(guide, { configFn: () => ({ enumerate: "parallel" }) })`. */
export function inferConfig<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: InferConfigOptions,
): InferConfigPoutine<A, R> {
  return new InferConfigPoutine(fn, options);
}
