/** Pages have no inspector. */
import type { Insides } from "./inspector.ts";

export class Inspector {
  static open(): Inspector | undefined {
    return undefined;
  }

  release(): void {}

  close(): void {}

  insidesOf(): Insides {
    return { script: undefined, scopes: [], bound: [] };
  }

  hiddenIn(): readonly unknown[] {
    return [];
  }

  scripts(): ReadonlyMap<string, string> {
    return new Map();
  }
}
