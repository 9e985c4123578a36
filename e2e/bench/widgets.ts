/**
 * What live pictures cost: `node e2e/bench/widgets.ts [training|page]`.
 * - training: the main thread's time for a step with a dashboard and without one, in turns within one kernel; how many
 *   updates a second are sent; how long from the cell to the first data of its view.
 * - page: the browser module's size; how long from `render` to the first picture; frames a second with 20 live dashboards.
 *
 * Exits with 1 where a limit is passed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { findChromium } from "../../kernel/setup/chromium.ts";
import { root } from "../../kernel/setup/paths.ts";
import { loaderSource } from "../../widgets/front/loader.ts";
import { encode } from "../../widgets/host/encode.ts";
import { fallingLoss } from "../../widgets/testing/series.ts";
import { decimate } from "../../widgets/views/decimate.ts";
import { errorOf, Kernel } from "../protocol/client.ts";
import { report } from "./measured.ts";

const ROUNDS = 5;

/**
 * A difference of two runs says little on a machine with other work (they differ by a tenth), so V8's profiler tells which
 * share of one run's samples were taken in what the views do. Eager steps take a third of a millisecond, so a view has time
 * to be drawn often; compiled ones take less than a microsecond.
 */
const program = `
const { Session } = await import('node:inspector/promises');
const model = () => { const z = sample('z', dist.Normal(0, 1)); sample('x', dist.Normal(z, 1), { obs: 1 }); };
const guide = () => { sample('z', dist.Normal(param('loc', 0), param('scale', 1, { constraint: dist.constraints.positive }))); };
const train = async (n: number, options: object, shown: boolean) => {
  clearParamStore();
  // Pictures of the run before are drawn in its own time.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const svi = new SVI(model, guide, new optim.Adam({ lr: 1e-3 }), new Trace_ELBO());
  if (shown) display(dashboard(svi));
  const before = process.threadCpuUsage();
  const begun = performance.now();
  await svi.run(n, options);
  const { user, system } = process.threadCpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - begun };
};
const shareOfViews = (nodes: any[], samples: number[], deltas: number[]) => {
  const parents = new Map<number, number>();
  const views = new Set<number>();
  const idle = new Set<number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  for (const { id, callFrame } of nodes) {
    if (callFrame.url.includes('/widgets/')) views.add(id);
    if (callFrame.functionName === '(idle)') idle.add(id);
  }
  const within = (id: number | undefined): boolean => id !== undefined && (views.has(id) || within(parents.get(id)));
  let [inside, all] = [0, 0];
  samples.forEach((id, i) => {
    if (idle.has(id)) return;
    // A longer gap is time in which the thread did not run.
    const took = Math.min(deltas[i], 1000);
    all += took;
    if (within(id)) inside += took;
  });
  return { share: inside / all, inside: inside / 1000 };
};
const profiled = async (n: number, options: object) => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 250 });
  await session.post('Profiler.start');
  const took = await train(n, options, true);
  const { profile } = await session.post('Profiler.stop') as any;
  session.disconnect();
  return { ...took, ...shareOfViews(profile.nodes, profile.samples, profile.timeDeltas) };
};
const turns = async (n: number, options: object, rounds: number) => {
  const all: object[] = [];
  for (let i = 0; i <= rounds; i++) {
    // In the order of a round those before have warmed up more.
    const [first, second] = [await train(n, options, i % 2 === 1), await train(n, options, i % 2 === 0)];
    const [shown, without] = i % 2 === 1 ? [first, second] : [second, first];
    // The first warms up.
    if (i > 0) all.push({ without, shown, profiled: await profiled(n, options) });
  }
  return all;
};`;

/** Milliseconds of the main thread, and of the clock. */
interface Took {
  readonly cpu: number;
  readonly wall: number;
}
interface Turn {
  readonly without: Took;
  readonly shown: Took;
  /** And of the main thread's time the share, and the milliseconds, that views took. */
  readonly profiled: Took & { readonly share: number; readonly inside: number };
}
const middle = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function training(): Promise<void> {
  const kernel = await Kernel.ready();
  try {
    const ready = errorOf(await kernel.execute(program));
    if (ready !== undefined) throw new Error(ready.evalue);
    const opened = kernel.published.length;
    const start = performance.now();
    const first = await kernel.begin(
      "display(dashboard(new SVI(model, guide, new optim.Adam({ lr: 1e-3 }), new Trace_ELBO())));",
    );
    await kernel.awaitPublished(
      (m) => m.header.msg_type === "comm_open" && kernel.published.indexOf(m) >= opened,
    );
    report("from a cell to the first data of its view", performance.now() - start, "ms");
    await first.done;
    for (const [how, steps, options] of [
      ["eager", 6_000, "{ compile: false, progress: false }"],
      ["compiled", 10_000_000, "{ progress: false }"],
    ] as const) {
      const seen = kernel.published.length;
      const execution = await kernel.execute(
        `const told_${how} = await turns(${steps}, ${options}, ${ROUNDS});\nconsole.log('told ' + JSON.stringify(told_${how}));`,
        { cellId: how },
        600_000,
      );
      const error = errorOf(execution);
      if (error !== undefined) throw new Error(error.evalue);
      const text = execution.messages
        .filter((m) => m.header.msg_type === "stream")
        .map((m) => String(m.content.text))
        .join("");
      const turns = JSON.parse(/told (.*)/.exec(text)?.[1] ?? "[]") as Turn[];
      const updates = kernel.published
        .slice(seen)
        .filter(
          (m) => m.header.msg_type === "comm_msg" && m.content.data?.state?.data?.loss !== undefined,
        ).length;
      // With the one that warms up, whose time is not told.
      const wall = turns.reduce((sum, { shown, profiled }) => sum + shown.wall + profiled.wall, 0);
      const watched = 2 * turns.length + 1;
      const of = (pick: (turn: Turn) => number) => middle(turns.map(pick));
      report(
        `${how} step without a dashboard, main thread`,
        of(({ without }) => (1000 * without.cpu) / steps),
        "µs",
      );
      report(
        `${how} run with a dashboard to one without, main thread`,
        of(({ without, shown }) => shown.cpu / without.cpu),
        "x",
      );
      report(
        `a dashboard in ${how} training, of the main thread`,
        of(({ profiled }) => 100 * profiled.share),
        "%",
        { most: 2 },
      );
      report(
        `a dashboard in ${how} training, in all`,
        of(({ profiled }) => profiled.inside),
        "ms",
      );
      report(
        `updates of a dashboard while ${how} steps run`,
        (1000 * updates * (watched - 1)) / watched / wall,
        "/s",
        { most: 20.5 },
      );
    }
  } finally {
    await kernel.stop();
  }
}

const WIDGETS = 20;
const SECONDS = 5;

/** A page with live dashboards, fed 20 times a second as a kernel does. Runs in the page. */
async function drawing([source, states, seconds]: [string, unknown[], number]): Promise<{
  first: number;
  frames: number;
  drawn: number;
}> {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of `encode`, with arrays of numbers for its buffers
  const revive = (value: any): any => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(revive);
    if (value.$array !== undefined)
      return { $array: value.$array, data: new DataView(Uint8Array.from(value.data).buffer) };
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, revive(own)]));
  };
  const data = states.map(revive);
  const begun = performance.now();
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const module = (await import(url)).default;
  const models = Array.from({ length: 20 }, () => {
    const listeners = new Map<string, Set<() => void>>();
    const state: Record<string, unknown> = {
      view: "dashboard",
      controls: ["pause", "stop"],
      data: data[0],
      run: null,
    };
    const model = {
      get: (key: string) => state[key],
      send: () => {},
      on: (event: string, hear: () => void) =>
        listeners.set(event, (listeners.get(event) ?? new Set()).add(hear)),
      off: (event: string, hear: () => void) => listeners.get(event)?.delete(hear),
      set: (next: unknown) => {
        state.data = next;
        for (const hear of listeners.get("change:data") ?? []) hear();
      },
    };
    const el = document.createElement("div");
    document.body.append(el);
    module.render({ model, el });
    return model;
  });
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  while (document.querySelector("svg") === null) await frame();
  const first = performance.now() - begun;
  let drawn = 0;
  new MutationObserver((records) => {
    drawn += records.length;
  }).observe(document.body, { childList: true, subtree: true });
  let at = 0;
  const timer = setInterval(() => {
    at++;
    for (const model of models) model.set(data[at % data.length]);
  }, 50);
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < 1000 * seconds) {
    await frame();
    frames++;
  }
  clearInterval(timer);
  return { first, frames: frames / seconds, drawn: drawn / seconds };
}

async function page(): Promise<void> {
  const source = readFileSync(join(root, "dist", "widgets", "front.js"), "utf8");
  report("browser module, minified", source.length / 1000, "kB", { most: 330 });
  report("browser module, gzipped", gzipSync(source, { level: 9 }).length / 1000, "kB", { most: 110 });
  report("what each widget carries", loaderSource("0123456789abcdef").length / 1000, "kB", { most: 3 });
  const states = [400, 500, 600].map((length) => {
    const losses = fallingLoss(1000 * length);
    const steps = Float64Array.from({ length: 250 }, (_, i) => i + 1);
    const course = {
      name: "loc",
      steps,
      values: steps.map((s) => 3 - 2 / s),
      spread: steps.map((s) => 1 / s),
    };
    const { state, bufferPaths, buffers } = encode({
      loss: { runs: [{ buckets: decimate(losses) }], total: 1_000_000 },
      gradients: [course],
      rates: [course],
      spread: [course],
      params: [{ title: "loc ± scale", courses: [course] }],
      more: 0,
    });
    bufferPaths.forEach((path, i) => {
      const last = path.at(-1) as string;
      // biome-ignore lint/suspicious/noExplicitAny: a place in plain JSON
      const place = path.slice(0, -1).reduce((at: any, key) => at[key], state) as Record<string, unknown>;
      place[last] = Array.from(buffers[i] as Uint8Array);
    });
    return state;
  });
  const path = findChromium();
  const browser = await chromium.launch({
    ...(path !== undefined && { executablePath: path }),
    args: ["--headless", "--no-sandbox", "--disable-gpu"],
  });
  try {
    // All of them in sight: those that are not are not drawn.
    const tab = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    await tab.setContent("<body style='display:grid;grid-template-columns:repeat(5,1fr);zoom:.35'></body>");
    const { first, frames, drawn } = await tab.evaluate(drawing, [source, states, SECONDS] as [
      string,
      unknown[],
      number,
    ]);
    report("from render to the first picture", first, "ms");
    report(`frames a second with ${WIDGETS} live dashboards`, frames, "/s", { least: 30 });
    report(`pictures a second of ${WIDGETS} live dashboards together`, drawn, "/s");
  } finally {
    await browser.close();
  }
}

const [which] = process.argv.slice(2);
if (which !== "page") await training();
if (which !== "training") await page();
