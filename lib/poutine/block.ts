/** `block` hides sites from the handlers outside it. */
import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import type { Message, Site } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";

/** Kinds of sites as `hideTypes` and `exposeTypes` name them; an observed sample site is an `observe`. */
export type SiteType = "sample" | "observe" | "param";

/**
 * Seven ways to say what is hidden. Without any of them everything is. Saying what to hide exposes the rest; saying
 * what to expose hides the rest; a site that is named by `hide` or `hideTypes` is hidden in any case.
 */
export interface BlockOptions {
  hideAll?: boolean;
  exposeAll?: boolean;
  hide?: Iterable<string>;
  expose?: Iterable<string>;
  hideTypes?: Iterable<SiteType>;
  exposeTypes?: Iterable<SiteType>;
  /** Hides the sites it returns true for; takes the place of all other options. */
  hideFn?: (site: Site) => boolean;
}

const optionNames: OptionNames<BlockOptions> = {
  hideAll: true,
  exposeAll: true,
  hide: true,
  expose: true,
  hideTypes: true,
  exposeTypes: true,
  hideFn: true,
};

export class BlockPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly hideFn: (site: Site) => boolean;

  constructor(fn: Program<A, R> | null = null, options: BlockOptions = {}) {
    super(fn);
    checkOptions("block", options, optionNames);
    this.hideFn = options.hideFn ?? hideRule(options);
  }

  override hides(site: Site): boolean {
    return this.hideFn(site);
  }

  override processMessage(msg: Message): undefined {
    msg.stop = this.hideFn(msg);
  }
}

/** Hides sites from the handlers outside: `block(guide, { hide: ["z"] })`. */
export function block<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: BlockOptions = {},
): BlockPoutine<A, R> {
  return new BlockPoutine(fn, options);
}

function hideRule(options: BlockOptions): (site: Site) => boolean {
  const { hide, expose, hideTypes, exposeTypes } = options;
  const names = { hide: setOf(hide), expose: setOf(expose) };
  const types = { hide: setOf(hideTypes), expose: setOf(exposeTypes) };
  if (options.hideAll === true && options.exposeAll === true) throw conflict("hideAll and exposeAll", "both");
  for (const name of names.hide) if (names.expose.has(name)) throw conflict("hide and expose", `"${name}"`);
  for (const type of types.hide)
    if (types.expose.has(type)) throw conflict("hideTypes and exposeTypes", type);

  const exposesSome = expose !== undefined || exposeTypes !== undefined;
  const hidesSome = hide !== undefined || hideTypes !== undefined;
  const rest = exposesSome || (options.hideAll ?? (options.exposeAll !== true && !hidesSome));
  return (site) => {
    const type: SiteType = site.type === "sample" && site.isObserved ? "observe" : site.type;
    if (names.hide.has(site.name) || types.hide.has(type)) return true;
    return rest && !names.expose.has(site.name) && !types.expose.has(type);
  };
}

/** A single name is one name, not its letters. */
function setOf<T extends string>(names: Iterable<T> | T | undefined): Set<T> {
  return new Set(typeof names === "string" ? [names as T] : ((names ?? []) as Iterable<T>));
}

function conflict(options: string, both: string): Error {
  return pyroError({
    what: `block cannot hide and expose the same`,
    where: `options ${options}`,
    got: `${both} in both`,
    try: "name a site or a type in one of them only",
  });
}
