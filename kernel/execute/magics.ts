/** A line such as `%typecheck off` at the head of a cell: a command to the kernel. */
export interface Magic {
  readonly name: string;
  readonly argument: string;
  readonly line: number;
}

/** Takes the magics off a cell. What remains is as long as before, so that lines keep their numbers. */
export function splitMagics(code: string): { code: string; magics: Magic[] } {
  const head = /^(?:[ \t]*(?:%.*)?(?:\r?\n|$))+/.exec(code)?.[0] ?? "";
  const magics = head.split("\n").flatMap((text, index) => {
    const match = /^[ \t]*%{1,2}(\S*)[ \t]*(.*?)[ \t;]*\r?$/.exec(text);
    return match === null ? [] : [{ name: match[1] ?? "", argument: match[2] ?? "", line: index + 1 }];
  });
  return { code: head.replace(/[^\r\n]/g, " ") + code.slice(head.length), magics };
}
