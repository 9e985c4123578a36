import { nearest } from "../../lib/nearest.ts";
import type { MagicLine } from "../magics/split.ts";
import { magicNamed, magics } from "../magics/table.ts";
import type { After, MagicContext } from "../magics/types.ts";

/**
 * Obeys the magics of a cell, in order.
 * @returns what is to be done when the cell is through
 * @throws SyntaxError for a magic that does not exist, with the nearest right one
 */
export async function obey(lines: readonly MagicLine[], context: MagicContext): Promise<After[]> {
  const afterwards: After[] = [];
  for (const { name, argument, line } of lines) {
    const magic = magicNamed(name);
    if (magic === undefined) throw new SyntaxError(`Line ${line}: ${unknown(name)}`);
    try {
      const after = await magic.run(argument, context);
      if (after !== undefined) afterwards.push(after);
    } catch (error) {
      if (error instanceof SyntaxError) error.message = `Line ${line}: ${error.message}`;
      throw error;
    }
  }
  return afterwards;
}

function unknown(name: string): string {
  const near = nearest(
    name,
    magics.map((magic) => magic.name),
  );
  const meant = near === undefined ? "" : ` Did you mean %${near}?`;
  const all = magics.map((magic) => `%${magic.name}`).join(", ");
  return `there is no command %${name}.${meant} There are ${all}; %help explains them.`;
}
