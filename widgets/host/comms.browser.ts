/**
 * In a page there are no comms: views are elements there, and nobody asks for the module that draws them elsewhere, or
 * for a process that paints them.
 */
import { pyroError } from "../../lib/errors.ts";

function elsewhere(): never {
  throw pyroError({
    what: "This needs the kernel of a notebook",
    where: "a page without a server",
    try: "shown(view), which gives an element that follows its data",
  });
}

export const frontModule = elsewhere;
export const anywidgetRange = elsewhere;
export const pngOf = elsewhere;
/** A page has a document of its own. */
export const parseHTML = elsewhere;
