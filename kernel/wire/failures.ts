/** What is said of messages that cannot be carried out. */
import type { Received } from "./framing.ts";
import type { ToWire } from "./messages.ts";

type Content = Record<string, unknown>;

/** The request is for a subshell that is not there. */
export function lostSubshell(
  channel: "shell" | "control",
  { header, content }: Pick<Received, "header" | "content">,
): { log: string; reply: Content | undefined } {
  const id = channel === "shell" ? header.subshell_id : content.subshell_id;
  const evalue = `There is no subshell ${JSON.stringify(id ?? null).slice(0, 100)}: it was deleted, or it was made before the kernel was restarted. create_subshell_request makes one.`;
  const log = `A ${header.msg_type.slice(0, 60)} was not carried out: ${evalue}`;
  if (!header.msg_type.endsWith("_request")) return { log, reply: undefined };
  const error = { status: "error", ename: "SubshellNotFoundError", evalue, traceback: [evalue] };
  const count = header.msg_type === "execute_request" ? { execution_count: 0 } : {};
  return { log, reply: { ...error, ...count } };
}

/** What JSON does not have cannot be sent; whoever wanted to show it is told. */
export function unsendable(
  message: ToWire,
  error: unknown,
): { run: number; text: string; reply: Content | undefined } {
  const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
  const [run = 0, what] =
    message.type === "publish"
      ? [message.run, message.message]
      : ["run" in message ? message.run : 0, message.type];
  const text = `A message (${what}) cannot be sent as JSON: ${reason}\n`;
  if (message.type !== "reply") return { run, text, reply: undefined };
  const failure = { ename: "TypeError", evalue: text, traceback: [text] };
  return { run, text, reply: { status: "error", ...failure, user_expressions: {} } };
}
