/** A cell that is nothing but `?name`, `??name`, `name?` or `name??`. */
export interface Question {
  /** What is asked about: `dist.Normal`, or `time` of `?%time`. */
  readonly target: string;
  readonly magic: boolean;
  /** 1: the source too. */
  readonly detail: 0 | 1;
}

const target = String.raw`%{0,2}#?[\p{ID_Start}$_][\p{ID_Continue}$]*(?:(?:\?\.|\.)#?[\p{ID_Start}$_][\p{ID_Continue}$]*|\[(?:\d+|"[^"\n]*"|'[^'\n]*')\])*`;
const asked = new RegExp(
  `^\\s*(?:(\\?{1,2})[ \\t]*(${target})|(${target})[ \\t]*(\\?{1,2}))[ \\t]*;?\\s*$`,
  "u",
);

export function questionOf(code: string): Question | undefined {
  const [, before, first, second, after] = asked.exec(code) ?? [];
  const name = first ?? second;
  if (name === undefined) return undefined;
  return {
    target: name.replace(/^%+/, ""),
    magic: name.startsWith("%"),
    detail: (before ?? after) === "??" ? 1 : 0,
  };
}
