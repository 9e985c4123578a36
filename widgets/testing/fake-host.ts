import type { RunNews } from "../host/sources.ts";
import type {
  Comm,
  CommManager,
  CommMessage,
  CommOpenOptions,
  MimeBundle,
  RunCommand,
  WidgetHost,
} from "../host/types.ts";

/** A front end that only remembers what it is told, and through which a test can speak. */
export class FakeComm implements Comm {
  readonly id: string;
  readonly sent: { data: Record<string, unknown>; buffers: readonly ArrayBufferView[] }[] = [];
  closed = false;
  #hear: (message: CommMessage) => void = () => {};

  constructor(id: string) {
    this.id = id;
  }
  send(data: unknown, { buffers = [] }: { buffers?: readonly ArrayBufferView[] } = {}): void {
    this.sent.push({ data: data as Record<string, unknown>, buffers });
  }
  onMessage(callback: (message: CommMessage) => void): void {
    this.#hear = callback;
  }
  onClose(): void {}
  close(): void {
    this.closed = true;
  }
  /** The front end sends `data`. */
  receive(data: unknown): void {
    this.#hear({ data });
  }
}

export class FakeHost implements WidgetHost {
  readonly opened: { comm: FakeComm; target: string; options: CommOpenOptions }[] = [];
  readonly displays: { id: string; bundle: MimeBundle; update: boolean }[] = [];
  readonly commands: RunCommand[] = [];
  readonly targets = new Map<string, (comm: Comm, opening: CommMessage) => void>();
  cell: string | undefined = "cell-1";

  readonly comms: CommManager = {
    open: (target, options) => {
      const comm = new FakeComm(`comm-${this.opened.length + 1}`);
      this.opened.push({ comm, target, options });
      return comm;
    },
    registerTarget: (target, handler) => {
      this.targets.set(target, handler);
    },
  };

  display(bundle: MimeBundle, _metadata: unknown, { displayId }: { displayId: string }): void {
    this.displays.push({ id: displayId, bundle, update: false });
  }
  updateDisplay(bundle: MimeBundle, _metadata: unknown, { displayId }: { displayId: string }): void {
    this.displays.push({ id: displayId, bundle, update: true });
  }
  command(command: RunCommand): void {
    this.commands.push(command);
  }
  currentCell(): string | undefined {
    return this.cell;
  }
  cellLabel(cellId: string): string {
    return `[${cellId}]`;
  }
}

/** Something that runs like an SVI, driven by a test. */
export class FakeSvi {
  losses = new Float32Array();
  readonly #listeners = new Set<(news: RunNews) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }
  subscribe(listener: (news: RunNews) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  advance(steps: number, total: number, done = false, how: Pick<RunNews, "compiled" | "reason"> = {}): void {
    const before = this.losses.length;
    this.losses = Float32Array.from({ length: before + steps }, (_, i) => this.losses[i] ?? 10 / (i + 1));
    const step = this.losses.length;
    for (const listener of this.#listeners)
      listener({ step, total, loss: this.losses.at(-1) ?? 0, rate: 100, done, ...how });
  }
}

export const vnd = "application/vnd.jupyter.widget-view+json";
