/** Joins axes of a loop that every access walks in a row: most loops become one long one. */
import type { Access, Loop, Statement } from "./steps.ts";

export function collapsed(loop: Loop): Loop {
  if (loop.domain.length < 2 || loop.body.some(({ kind }) => kind === "index")) return loop;
  const accesses = loop.body.flatMap(accessesOf);
  const joins: boolean[] = loop.domain.map(
    (_, axis) => axis > 0 && accesses.every((access) => inARow(access, axis, loop.domain)),
  );
  if (!joins.includes(true)) return loop;
  const domain: number[] = [];
  const keep: number[] = [];
  loop.domain.forEach((n, axis) => {
    if (joins[axis]) {
      domain[domain.length - 1] = (domain.at(-1) as number) * n;
      keep[keep.length - 1] = axis;
    } else {
      domain.push(n);
      keep.push(axis);
    }
  });
  const short = (access: Access): Access => ({
    ...access,
    strides: keep.map((axis) => access.strides[axis] as number),
  });
  return { kind: "loop", domain, body: loop.body.map((statement) => withAccess(statement, short)) };
}

/** Whether stepping along the axis before is as many steps along this one as it is long. */
function inARow({ strides }: Access, axis: number, domain: readonly number[]): boolean {
  return strides[axis - 1] === (strides[axis] as number) * (domain[axis] as number);
}

/** The element that a statement touches, if it touches memory. */
export function accessOf(statement: Statement): Access | undefined {
  switch (statement.kind) {
    case "load":
      return statement.from;
    case "store":
    case "reduce":
      return statement.to;
    case "index":
    case "let":
      return undefined;
    default:
      return statement satisfies never;
  }
}

export function accessesOf(statement: Statement): Access[] {
  return [accessOf(statement)].filter((access) => access !== undefined);
}

export function withAccess(statement: Statement, change: (access: Access) => Access): Statement {
  switch (statement.kind) {
    case "load":
      return { ...statement, from: change(statement.from) };
    case "store":
    case "reduce":
      return { ...statement, to: change(statement.to) };
    case "let":
    case "index":
      return statement;
    default:
      return statement satisfies never;
  }
}
