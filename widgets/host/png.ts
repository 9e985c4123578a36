import { type ChildProcess, fork } from "node:child_process";
import type { PaintAnswer, PaintRequest } from "./painter.ts";

interface Order {
  readonly paint: (png: Uint8Array) => void;
  readonly refuse: (error: Error) => void;
}

/** resvg has ended the process that it was to draw in. */
class PainterDied extends Error {}

/** The process that paints, while there is one; nothing waits for it that has not asked it for a picture. */
class Painter {
  readonly #orders = new Map<number, Order>();
  #process: ChildProcess | undefined;
  #count = 0;

  paint(svg: string, scale: number): Promise<Uint8Array> {
    return new Promise((paint, refuse) => {
      const id = ++this.#count;
      this.#orders.set(id, { paint, refuse });
      const child = this.#open();
      child.ref();
      child.channel?.ref();
      child.send({ id, svg, scale } satisfies PaintRequest, (error) => {
        if (error !== null) this.#ended(child);
      });
    });
  }

  #open(): ChildProcess {
    if (this.#process?.connected) return this.#process;
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const child = fork(new URL(`./painter.${extension}`, import.meta.url), {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process = child;
    child.on("message", (answer: PaintAnswer) => this.#receive(answer, child));
    for (const event of ["error", "exit"]) child.on(event, () => this.#ended(child));
    return child;
  }

  #receive(answer: PaintAnswer, child: ChildProcess): void {
    const order = this.#orders.get(answer.id);
    this.#orders.delete(answer.id);
    if ("png" in answer) order?.paint(answer.png);
    else order?.refuse(new Error(`The picture cannot be drawn as PNG: ${answer.error}`));
    if (this.#orders.size > 0) return;
    child.unref();
    child.channel?.unref();
  }

  #ended(child: ChildProcess): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    const orders = [...this.#orders.values()];
    this.#orders.clear();
    for (const { refuse } of orders) refuse(new PainterDied("The picture cannot be drawn as PNG."));
  }
}

const painter = new Painter();

/** `svg` as PNG bytes, `scale` pixels to a CSS pixel. @throws where it is no picture */
export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  try {
    return await painter.paint(svg, scale);
  } catch (error) {
    if (!(error instanceof PainterDied)) throw error;
    // Another picture may have done it; if it was this one, it leads too far out.
    return painter.paint(drawnNear(svg), scale);
  }
}

/** resvg dies of shapes that are clipped and lie more than two pictures outside: here they end before that. */
function drawnNear(svg: string): string {
  const [head = ""] = /<svg[^>]*>/.exec(svg) ?? [];
  const side = (name: string) =>
    1.5 * Number(new RegExp(` ${name}="([\\d.]+)"`).exec(head)?.[1] ?? Number.NaN);
  const [width, height] = [side("width"), side("height")];
  const near = (text: string, far: number) =>
    Math.abs(Number(text)) > far ? String(Math.sign(Number(text)) * far) : text;
  const pairs = (text: string) =>
    text.replace(
      /(-?[\d.]+(?:e[-+]?\d+)?)([ ,]+)(-?[\d.]+(?:e[-+]?\d+)?)/gi,
      (_, x, between, y) => near(x, width) + between + near(y, height),
    );
  return (
    svg
      .replace(/ (c?x[12]?)="([^"]*)"/g, (_, name, x) => ` ${name}="${near(x, width)}"`)
      .replace(/ (c?y[12]?)="([^"]*)"/g, (_, name, y) => ` ${name}="${near(y, height)}"`)
      // Other commands than these do not go from point to point.
      .replace(
        / (d|points|transform)="([-\d.eE ,MLCQSTZ]*|translate[^"]*)"/g,
        (_, name, text) => ` ${name}="${pairs(text)}"`,
      )
  );
}
