import { help } from "./help.ts";
import { npm } from "./npm.ts";
import { paramStore } from "./param-store.ts";
import { reset } from "./reset.ts";
import { seed } from "./seed.ts";
import { time } from "./time.ts";
import { typecheck } from "./typecheck.ts";
import type { Magic } from "./types.ts";
import { who } from "./who.ts";

/** Every magic: a new one is a file and a line here. */
export const magics: readonly Magic[] = [
  paramStore,
  typecheck,
  time,
  seed,
  who,
  reset,
  npm,
  help(() => magics),
];

export function magicNamed(name: string): Magic | undefined {
  return magics.find((magic) => magic.name === name);
}
