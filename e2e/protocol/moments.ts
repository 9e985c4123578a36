import type { ExecuteOptions, Execution, Kernel, WireMessage } from "./client.ts";

/** Starts a cell that prints something, and waits until it has: its code runs, however busy the machine is. */
export async function begun(
  kernel: Kernel,
  code: string,
  options: ExecuteOptions = {},
): Promise<Awaited<ReturnType<Kernel["begin"]>>> {
  const running = await kernel.begin(code, options);
  await kernel.awaitPublished(
    ({ header, parent }) => header.msg_type === "stream" && parent.msg_id === running.id,
    30_000,
  );
  return running;
}

/** Starts a cell that fails only when it is told to: what is sent meanwhile waits behind it. */
export async function beginFailing(
  kernel: Kernel,
  options: ExecuteOptions = {},
): Promise<{ done: Promise<Execution>; fail(): Promise<void> }> {
  const question = new Promise<WireMessage>((resolve) => {
    kernel.onInput = (message) => {
      resolve(message);
      return undefined;
    };
  });
  const { done } = await kernel.begin("prompt('now?'); throw new Error('stop')", {
    ...options,
    allowStdin: true,
  });
  const parent = await question;
  const fail = async () => {
    // One socket keeps its order: what was sent before this is there.
    await kernel.request("shell", "kernel_info_request", {});
    await kernel.send("stdin", "input_reply", { value: "" }, { parent });
  };
  return { done, fail };
}
