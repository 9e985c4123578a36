/** Thrown while a step is recorded or lowered: it cannot be compiled, and the message says why in one sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export function refuse(reason: string): never {
  throw new Refusal(reason);
}
