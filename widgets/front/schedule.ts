/**
 * When views are redrawn. All views of a page share one queue: in each animation frame as many are drawn as
 * fit in a few milliseconds, the longest waiting first, each at most 20 times a second; and after a frame in which
 * something was drawn there are frames in which nothing is. So a notebook full of live views slows their pictures down
 * and never the page.
 */
export interface Redraw {
  /** Ask for a drawing soon; asking twice is asking once. */
  request(): void;
  stop(): void;
}

const shortestInterval = 50;
/** A view may take this share of the page's time. */
const share = 0.2;
const frameBudget = 8;
/** After a frame that was drawn in, all views rest for so many times as long as it took, its painting included. */
const rest = 2;

interface Job {
  draw: () => void;
  last: number;
  /** Milliseconds that the last drawing took. */
  took: number;
  visible: boolean;
}

const waiting = new Set<Job>();
let asked = false;
/** When the last frame began in which something was drawn, until it is known how long it took. */
let drewAt: number | undefined;
let restingUntil = 0;

export function redraw(element: Element, draw: () => void): Redraw {
  const job: Job = { draw, last: Number.NEGATIVE_INFINITY, took: 0, visible: true };
  const observer = new IntersectionObserver((entries) => {
    job.visible = entries.at(-1)?.isIntersecting ?? true;
    if (job.visible && waiting.has(job)) wake();
  });
  observer.observe(element);
  return {
    request() {
      waiting.add(job);
      if (job.visible) wake();
    },
    stop() {
      waiting.delete(job);
      observer.disconnect();
    },
  };
}

function wake(): void {
  if (!asked) requestAnimationFrame(work);
  asked = true;
}

function work(): void {
  asked = false;
  const start = performance.now();
  if (drewAt !== undefined) restingUntil = start + rest * (start - drewAt);
  drewAt = undefined;
  if (start < restingUntil) return wake();
  const due = [...waiting].filter((job) => job.visible);
  for (const job of due.sort((a, b) => a.last - b.last)) {
    const now = performance.now();
    if (now - start > frameBudget) break;
    if (now - job.last < Math.max(shortestInterval, job.took / share)) continue;
    waiting.delete(job);
    job.last = now;
    job.draw();
    job.took = performance.now() - now;
    drewAt = start;
  }
  if (drewAt !== undefined || [...waiting].some((job) => job.visible)) wake();
}
