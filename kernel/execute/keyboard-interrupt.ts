/** The user asked to stop. It can be caught, and `finally` runs, as long as the code is in a loop or in the library. */
export class KeyboardInterrupt extends Error {
  override readonly name: string = "KeyboardInterrupt";

  constructor(message = "The cell was interrupted.") {
    super(message);
  }
}
