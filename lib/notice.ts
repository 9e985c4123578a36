/** Notices: one line about something legal that may not be what was meant. The kernel shows them under the cell. */
export type NoticeHook = (message: string) => void;

const toConsole: NoticeHook = (message) => console.warn(message);
let hook: NoticeHook = toConsole;

/** Say where notices go (null: the console); returns a function that puts back what was there before. */
export function setNoticeHook(next: NoticeHook | null): () => void {
  const previous = hook;
  hook = next ?? toConsole;
  return () => {
    hook = previous;
  };
}

export function notice(message: string): void {
  hook(message);
}
