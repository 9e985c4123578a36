import { questionOf } from "./question.ts";
import { magicNamed } from "./table.ts";

/** A line such as `%typecheck off` at the head of a cell: a command to the kernel. */
export interface MagicLine {
  readonly name: string;
  readonly argument: string;
  readonly line: number;
}

const pattern = /^([ \t]*%{1,2}([^\s;]*)[ \t]*)(.*?)[ \t;]*$/;

/** Takes the magics off a cell. What remains is as long as before, so that lines keep their numbers. */
export function splitMagics(code: string): { code: string; magics: MagicLine[] } {
  const magics: MagicLine[] = [];
  let end = 0;
  for (const [index, text] of code.split(/(?<=\n)/).entries()) {
    const content = text.replace(/\r?\n$/, "");
    const [, head = "", name = "", argument = ""] = pattern.exec(content) ?? [];
    if (head === "" && content.trim() !== "") break;
    if (head === "") {
      end += text.length;
      continue;
    }
    magics.push({ name, argument, line: index + 1 });
    // The code behind `%time` is the cell's, and with it the cell's head ends.
    const codeFollows = argument !== "" && magicNamed(name)?.takesCode === true;
    end += codeFollows ? head.length : text.length;
    if (codeFollows) break;
  }
  return { code: code.slice(0, end).replace(/[^\r\n]/g, " ") + code.slice(end), magics };
}

/** A cell as TypeScript may read it: without its magics, and without the mark of a question. */
export function blankMagics(code: string): string {
  const question = questionOf(code);
  if (question === undefined) return splitMagics(code).code;
  const marks = question.magic ? /[^\r\n]/g : /\?(?!\.)/g;
  return code.replace(marks, " ");
}
