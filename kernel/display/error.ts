import { types } from "node:util";
import { cut, escapeHtml } from "./escape.ts";
import { ownRead } from "./reading.ts";
import { page } from "./style.ts";

const mostCauses = 8;

/** An error as a value: its message, its causes below it, and each one's stack to unfold. */
export function errorHtml(value: unknown): string | undefined {
  if (!types.isNativeError(value)) return undefined;
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let [error, lead]: [unknown, string] = [value, ""];
  while (types.isNativeError(error) && !seen.has(error) && parts.length < mostCauses) {
    seen.add(error);
    parts.push(one(error, lead));
    const { errors } = error as Partial<AggregateError>;
    if (Array.isArray(errors))
      parts.push(
        `<ul>${errors
          .slice(0, 20)
          .map((each) => `<li>${one(each, "")}</li>`)
          .join("")}</ul>`,
      );
    [error, lead] = [error.cause, "caused by "];
  }
  if (error !== undefined && error !== null && !types.isNativeError(error)) parts.push(one(error, lead));
  return page(parts.join(""));
}

function one(error: unknown, lead: string): string {
  const before = lead === "" ? "" : `<span class="m">${lead}</span>`;
  if (!types.isNativeError(error))
    return `<div>${before}${escapeHtml(
      cut(
        safely(() => String(error)),
        2000,
      ),
    )}</div>`;
  const text = safely(() => `${error.name}: ${error.message}`);
  const head = `${before}<b>${escapeHtml(cut(text, 2000))}</b>`;
  const stack = ownRead(error, "stack");
  const frames = String(
    stack !== undefined && "value" in stack ? stack.value : safely(() => error.stack ?? ""),
  )
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => line.trim());
  if (frames.length === 0) return `<div>${head}</div>`;
  return `<details><summary>${head}</summary><pre>${escapeHtml(frames.join("\n"))}</pre></details>`;
}

function safely(body: () => string): string {
  try {
    return body();
  } catch {
    return "an error that cannot be read";
  }
}
