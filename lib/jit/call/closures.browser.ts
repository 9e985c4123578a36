/** Pages have no inspector: nothing is known of closures, so that no call of a later turn is trusted to be the same. */
export class Closures {
  readonly complete = false;
  readonly changes = 0;

  changed(): string | undefined {
    return undefined;
  }

  agree(): string | undefined {
    return undefined;
  }

  listen<T>(_roots: readonly unknown[], f: () => T): T {
    return f();
  }
}
