/** Pages have no inspector: nobody asks whose scripts are. */
export function nameLibrary(): void {}
