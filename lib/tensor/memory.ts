/** Native memory: how much is held, and how to have what was dropped collected. */
export function nativeBytes(): number {
  return 0;
}
export function collectGarbage(): void {}
export function watchMemory(_name: string): void {}
